"""How hard a text is to read: rough syllable counts, good enough to hold a line."""

from __future__ import annotations

import re

# Names of levels, medicines and conditions cannot be said in shorter words.
ALLOWED = {
    "en": """intensive outpatient program programs residential medicaid naloxone narcan methadone medicine
    buprenorphine naltrexone acamprosate opioids opioid fentanyl heroin psychiatrist depression anxiety
    bipolar schizophrenia psychosis adderall klonopin iop php ptsd adhd detox clinician pharmacy marijuana
    cannabis pregnancy emergency domestic violence""",
    "es": """programa programas intensivo ambulatorio ambulatoria residencial medicaid naloxona narcan
    metadona buprenorfina naltrexona acamprosato opioides opioide fentanilo heroína psiquiatra depresión
    ansiedad bipolar esquizofrenia psicosis iop php tept tdah desintoxicación marihuana cannabis embarazo
    embarazada emergencia emergencias medicamento medicamentos tratamiento tratamientos""",
}
VOWELS = re.compile(r"[aeiouy]+")


def words_of(text: str, language: str) -> list[str]:
    """The words of a text, lower case, without numbers and without the names allowed for."""
    allowed = set(ALLOWED[language].split())
    found = re.findall(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*", text.lower())
    return [word for word in found if word not in allowed]


def sentences_of(text: str) -> int:
    """How many sentences a text has; a line without a full stop counts as one."""
    return len([part for part in re.split(r"[.?:]+(?:\s+|$)|\n", text) if part.strip()])


def _syllables_en(word: str) -> int:
    count = len(VOWELS.findall(word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and count > 1:
        count -= 1
    if word.endswith("ed") and not word.endswith(("ted", "ded")) and count > 1:
        count -= 1
    return max(1, count)


def _syllables_es(word: str) -> int:
    text = re.sub(r"qu(?=[eiéí])|gu(?=[eiéí])", "k", word)
    strong = len(re.findall(r"[aeoáéóíú]", text))
    weak = re.findall(r"(?<![aeoáéóíúiuü])[iuü]+(?![aeoáéóíú])", text)
    return max(1, strong + len(weak))


def grade(text: str) -> float:
    """Flesch-Kincaid grade of an English text."""
    words = words_of(text, "en")
    syllables = sum(map(_syllables_en, words))
    return 0.39 * len(words) / sentences_of(text) + 11.8 * syllables / len(words) - 15.59


def ease_es(text: str) -> float:
    """Fernández-Huerta ease of a Spanish text: 100 is very easy, 70 and more is plain."""
    words = words_of(text, "es")
    syllables = sum(map(_syllables_es, words))
    return 206.84 - 60 * syllables / len(words) - 1.02 * len(words) / sentences_of(text)
