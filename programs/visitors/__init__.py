"""What visitors send us: that something on a page is wrong, and that they would like to be called back.

Words and contact details are sealed before they reach a table, go on a day that is set when they come, and
are shown to staff within reach alone; whoever knows the code sees what became of it. Nothing of a visitor's
answers can come here: the forms begin empty, and nothing but what is typed into them is taken.
"""
