"""Every fact a listing can state, each yes, no or unknown. Pure.

The order below is the numbering of the bits that are stored: append at the end of the table, never insert,
remove or reorder (a test holds the published order). Words for people are in `programs.words`.
"""

from dataclasses import dataclass

WORDS = 3
"""64-bit columns per mask. Signed columns hold 63 usable bits each."""
BITS = 63


@dataclass(frozen=True, slots=True)
class Fact:
    """One yes-or-no fact. `word` and `bit` say where its bit lies in a mask."""

    code: str
    group: str
    word: int
    bit: int


# (group, code ...) in the order in which they were published.
_TABLE: tuple[tuple[str, str], ...] = (
    # treats
    ("treats", "treats_substance_use"),
    ("treats", "treats_mental_health"),
    ("treats", "co_occurring"),
    # offers
    ("offers", "offers_outpatient"),
    ("offers", "offers_iop"),
    ("offers", "offers_php"),
    ("offers", "offers_residential"),
    ("offers", "offers_detox"),
    ("offers", "offers_inpatient"),
    ("offers", "offers_otp"),
    ("offers", "offers_recovery_housing"),
    # payment
    ("payment", "pay_medicaid"),
    ("payment", "pay_medicare"),
    ("payment", "pay_private"),
    ("payment", "pay_military"),
    ("payment", "pay_va"),
    ("payment", "pay_state"),
    ("payment", "pay_ihs"),
    ("payment", "pay_cash"),
    ("payment", "pay_free"),
    # payment_help
    ("payment_help", "pay_sliding_scale"),
    ("payment_help", "pay_assistance"),
    # age
    ("age", "age_under_18"),
    ("age", "age_young_adults"),
    ("age", "age_adults"),
    ("age", "age_older_adults"),
    # gender
    ("gender", "accepts_women"),
    ("gender", "accepts_men"),
    ("gender", "women_only"),
    ("gender", "men_only"),
    # format
    ("format", "telehealth"),
    # time
    ("time", "time_morning"),
    ("time", "time_afternoon"),
    ("time", "time_evening"),
    ("time", "time_weekend"),
    # medication
    ("medication", "med_methadone"),
    ("medication", "med_buprenorphine"),
    ("medication", "med_buprenorphine_injection"),
    ("medication", "med_naltrexone"),
    ("medication", "med_naltrexone_injection"),
    ("medication", "med_acamprosate"),
    ("medication", "med_disulfiram"),
    ("medication", "med_lofexidine"),
    ("medication", "med_psychiatric"),
    ("medication", "med_nicotine"),
    ("medication", "accepts_oud_medication"),
    ("medication", "accepts_aud_medication"),
    ("medication", "naloxone"),
    # population
    ("population", "pop_women"),
    ("population", "pop_men"),
    ("population", "pop_pregnant"),
    ("population", "pop_adolescents"),
    ("population", "pop_young_adults"),
    ("population", "pop_older_adults"),
    ("population", "pop_lgbtq"),
    ("population", "pop_veterans"),
    ("population", "pop_active_duty"),
    ("population", "pop_military_families"),
    ("population", "pop_justice"),
    ("population", "pop_hiv"),
    ("population", "pop_trauma"),
    ("population", "pop_domestic_violence"),
    ("population", "pop_sexual_abuse"),
    ("population", "pop_pain"),
    ("population", "pop_serious_mental_illness"),
    ("population", "pop_serious_emotional_disturbance"),
    ("population", "pop_brain_injury"),
    ("population", "pop_dementia"),
    # condition
    ("condition", "cond_depression"),
    ("condition", "cond_anxiety"),
    ("condition", "cond_ptsd"),
    ("condition", "cond_bipolar"),
    ("condition", "cond_psychosis"),
    ("condition", "cond_first_psychosis"),
    ("condition", "cond_eating"),
    ("condition", "cond_adhd"),
    ("condition", "cond_gambling"),
    # language
    ("language", "lang_spanish"),
    ("language", "lang_sign"),
    ("language", "lang_arabic"),
    ("language", "lang_chinese"),
    ("language", "lang_creole"),
    ("language", "lang_farsi"),
    ("language", "lang_french"),
    ("language", "lang_german"),
    ("language", "lang_greek"),
    ("language", "lang_hebrew"),
    ("language", "lang_hindi"),
    ("language", "lang_hmong"),
    ("language", "lang_italian"),
    ("language", "lang_japanese"),
    ("language", "lang_korean"),
    ("language", "lang_polish"),
    ("language", "lang_portuguese"),
    ("language", "lang_russian"),
    ("language", "lang_tagalog"),
    ("language", "lang_vietnamese"),
    ("language", "lang_ojibwa"),
    ("language", "lang_yupik"),
    ("language", "lang_native"),
    ("language", "lang_other"),
    # approach
    ("approach", "approach_12_step"),
    ("approach", "approach_smart"),
    ("approach", "approach_faith"),
    ("approach", "approach_secular"),
    # therapy
    ("therapy", "therapy_individual"),
    ("therapy", "therapy_group"),
    ("therapy", "therapy_family"),
    ("therapy", "therapy_couples"),
    ("therapy", "therapy_cbt"),
    ("therapy", "therapy_dbt"),
    ("therapy", "therapy_emdr"),
    ("therapy", "therapy_motivational"),
    ("therapy", "therapy_contingency"),
    ("therapy", "therapy_trauma"),
    ("therapy", "therapy_return_to_use"),
    ("therapy", "therapy_matrix"),
    ("therapy", "therapy_anger"),
    ("therapy", "therapy_activity"),
    # wraparound
    ("wraparound", "wrap_case_management"),
    ("wraparound", "wrap_employment"),
    ("wraparound", "wrap_vocational"),
    ("wraparound", "wrap_legal"),
    ("wraparound", "wrap_housing"),
    ("wraparound", "wrap_transport"),
    ("wraparound", "wrap_child_care"),
    ("wraparound", "wrap_beds_for_children"),
    ("wraparound", "wrap_peer"),
    ("wraparound", "wrap_recovery_coach"),
    ("wraparound", "wrap_self_help"),
    ("wraparound", "wrap_social_services"),
    ("wraparound", "wrap_domestic_violence"),
    ("wraparound", "wrap_suicide_prevention"),
    ("wraparound", "wrap_family_education"),
    ("wraparound", "wrap_aftercare"),
    ("wraparound", "wrap_primary_care"),
    ("wraparound", "wrap_social_skills"),
    # detox
    ("detox", "detox_alcohol"),
    ("detox", "detox_benzodiazepines"),
    ("detox", "detox_opioids"),
    ("detox", "detox_cocaine"),
    ("detox", "detox_methamphetamine"),
    ("detox", "detox_medication"),
    # crisis
    ("crisis", "crisis_walk_in"),
    ("crisis", "crisis_on_site"),
    ("crisis", "crisis_mobile"),
    ("crisis", "psychiatry_on_site"),
    # admission
    ("admission", "admission_detox_first"),
    ("admission", "admission_stable_housing"),
    ("admission", "admission_court_ordered"),
    # license
    ("license", "accred_joint_commission"),
    ("license", "accred_carf"),
    ("license", "accred_coa"),
    ("license", "accred_ncqa"),
    ("license", "license_state_substance"),
    ("license", "license_state_health"),
    ("license", "license_state_mental"),
    ("license", "license_hospital"),
    ("license", "certified_otp"),
    ("license", "fqhc"),
    ("license", "ccbhc"),
    # owner
    ("owner", "owner_nonprofit"),
    ("owner", "owner_for_profit"),
    ("owner", "owner_government"),
    ("owner", "owner_tribal"),
    ("owner", "owner_va"),
    # house
    ("house", "smoke_free"),
    # where detox is given
    ("detox", "detox_residential"),
    ("detox", "detox_hospital"),
    ("detox", "detox_outpatient"),
)

FACTS: tuple[Fact, ...] = tuple(
    Fact(code, group, number // BITS, number % BITS) for number, (group, code) in enumerate(_TABLE)
)
BY_CODE: dict[str, Fact] = {fact.code: fact for fact in FACTS}
GROUPS: dict[str, tuple[str, ...]] = {
    group: tuple(fact.code for fact in FACTS if fact.group == group)
    for group in dict.fromkeys(fact.group for fact in FACTS)
}
AGES = GROUPS["age"]
