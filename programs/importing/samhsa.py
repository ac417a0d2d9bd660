"""SAMHSA's National Directories of drug and alcohol use, and of mental health, treatment facilities.

Which code says which fact. The codes are those of the `Service Code Reference` sheets of the editions of
2022 to 2024. The reasons for the weak spots are in docs/adr/0005-importing.md.
"""

from programs.importing.source import Question, Source

FACILITIES = "facilitieslist"
CODES = "servicecodereference"
"""Names of the two sheets, letters and digits only."""
COLUMNS = (
    "name1",
    "name2",
    "street1",
    "street2",
    "city",
    "state",
    "zip",
    "phone",
    "intake1",
    "intake2",
    "intake1a",
    "intake2a",
    "service_code_info",
)
CODE_COLUMN = "service_code"


def _codes(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_PAID = _codes("CLF CMHG CSBG FG FSA ITU MC MD MI NP OSF PCF PI SAMF SCJJ SEF SF SI SMHA SWFS VAF")
_SETTINGS = _codes("HI HID HIT OD ODT OIT OMB OP ORT PHDT RD RES RL RS OMH PH RTCA RTCC ORES MSMH")
_DETOX = _codes("HID OD RD")
_OWNERS = _codes("DDF FED IH LCCG PVTN PVTP STG TBG VAMC")
_SMOKING = ("SMON", "SMOP", "SMPD")
_GENDERS = ("FEM", "MALE")
_TEENS = ("CHLD", "AD", "SED", "RTCC")
_AGES = ("CHLD", "YAD", "ADLT", "SNR")
_NEVER_NO: tuple[str, ...] = ()


def _asked(fact: str, codes: str, answered: tuple[str, ...] = ()) -> Question:
    return Question(fact, _codes(codes), answered=answered)


_SHARED = (
    _asked("co_occurring", "CO SUMH IDD"),
    # Levels of care, settings
    _asked("offers_outpatient", "OP ORT OMB OMH", _SETTINGS),
    _asked("offers_iop", "OIT", _SETTINGS),
    _asked("offers_php", "ODT PHDT PH", _SETTINGS),
    _asked("offers_residential", "RES RL RS RTCA RTCC", _SETTINGS),
    _asked("offers_detox", "DT HID OD RD", _SETTINGS),
    _asked("offers_inpatient", "HI HIT", _SETTINGS),
    _asked("offers_otp", "OTP"),
    _asked("offers_recovery_housing", "HH"),
    # Payment: MC is Medicare, MD is Medicaid
    _asked("pay_medicaid", "MD", _PAID),
    _asked("pay_medicare", "MC", _PAID),
    _asked("pay_private", "PI", _PAID),
    _asked("pay_military", "MI", _PAID),
    _asked("pay_va", "VAF", _PAID),
    _asked("pay_state", "SI", _PAID),
    _asked("pay_ihs", "ITU", _PAID),
    _asked("pay_cash", "SF", _PAID),
    _asked("pay_free", "NP", _PAID),
    _asked("pay_sliding_scale", "SS"),
    _asked("pay_assistance", "PA"),
    # Ages: weak evidence, see the ADR
    Question("age_under_18", _TEENS, asked=("CHLD",), answered=("YAD", "ADLT"), answered_whole=True),
    Question("age_young_adults", ("YAD",), asked=_NEVER_NO),
    Question("age_older_adults", ("SNR",), asked=_NEVER_NO),
    # Women and men: asked by the substance use directory only
    _asked("accepts_women", "FEM", _GENDERS),
    _asked("accepts_men", "MALE", _GENDERS),
    Question("women_only", ("FEM",), answered=_GENDERS, unless=("MALE",)),
    Question("men_only", ("MALE",), answered=_GENDERS, unless=("FEM",)),
    _asked("telehealth", "TELE"),
    # Medicines
    _asked("med_methadone", "METH MU MM MMW DM"),
    _asked("med_buprenorphine", "BU BWN BWON UB BUM BMW DB BERI BSDM"),
    _asked("med_buprenorphine_injection", "BERI"),
    _asked("med_naltrexone", "NXN NU UN RPN"),
    _asked("med_naltrexone_injection", "VTRL"),
    _asked("med_acamprosate", "ACM"),
    _asked("med_disulfiram", "DSF"),
    _asked("med_lofexidine", "LFXD CLND DLC ULC"),
    # The mental health directory asks about antipsychotics alone: without them there may be others.
    Question("med_psychiatric", ("MMD", "ANTPYCH"), asked=("MMD",)),
    _asked("med_nicotine", "NRT"),
    _asked("accepts_oud_medication", "MOA"),
    _asked("accepts_aud_medication", "ACMA"),
    _asked("naloxone", "NOE"),
    # Groups with a program of their own
    _asked("pop_women", "WN"),
    _asked("pop_men", "MN"),
    _asked("pop_pregnant", "PW"),
    _asked("pop_adolescents", "AD"),
    _asked("pop_young_adults", "TAY"),
    _asked("pop_older_adults", "SE"),
    _asked("pop_lgbtq", "GL"),
    _asked("pop_veterans", "VET"),
    _asked("pop_active_duty", "ADM"),
    _asked("pop_military_families", "MF"),
    _asked("pop_justice", "CJ"),
    _asked("pop_hiv", "HV"),
    _asked("pop_trauma", "TRMA"),
    _asked("pop_domestic_violence", "DV"),
    _asked("pop_sexual_abuse", "XA"),
    _asked("pop_pain", "COPSU"),
    _asked("pop_serious_mental_illness", "SMI"),
    _asked("pop_serious_emotional_disturbance", "SED"),
    _asked("pop_brain_injury", "TBI"),
    _asked("pop_dementia", "ALZ"),
    _asked("cond_ptsd", "PTSD"),
    _asked("cond_first_psychosis", "PEFP"),
    _asked("cond_eating", "PED"),
    _asked("cond_gambling", "TGD"),
    # Languages
    _asked("lang_spanish", "SP"),
    _asked("lang_sign", "AH"),
    _asked("lang_arabic", "F4"),
    _asked("lang_chinese", "F17"),
    _asked("lang_creole", "F19"),
    _asked("lang_farsi", "F25"),
    _asked("lang_french", "F28"),
    _asked("lang_german", "F30"),
    _asked("lang_greek", "F31"),
    _asked("lang_hebrew", "F35"),
    _asked("lang_hindi", "F36"),
    _asked("lang_hmong", "F37"),
    _asked("lang_italian", "F42"),
    _asked("lang_japanese", "F43"),
    _asked("lang_korean", "F47"),
    _asked("lang_polish", "F66"),
    _asked("lang_portuguese", "F67"),
    _asked("lang_russian", "F70"),
    _asked("lang_tagalog", "F81"),
    _asked("lang_vietnamese", "F92"),
    _asked("lang_ojibwa", "N24"),
    _asked("lang_yupik", "N40"),
    _asked("lang_native", "NX"),
    _asked("lang_other", "FX"),
    # Approach and therapies
    _asked("approach_12_step", "TWFA"),
    _asked("therapy_individual", "ICO IPT"),
    _asked("therapy_group", "GCO GT"),
    _asked("therapy_family", "FCO CFT"),
    # The mental health directory asks about couples and families in one: only MCO speaks of couples.
    _asked("therapy_couples", "MCO"),
    _asked("therapy_cbt", "CBT"),
    _asked("therapy_dbt", "DBT"),
    _asked("therapy_emdr", "EMDR"),
    _asked("therapy_motivational", "MOTI"),
    _asked("therapy_contingency", "CMI CRV"),
    _asked("therapy_trauma", "TRC"),
    _asked("therapy_return_to_use", "RELP"),
    _asked("therapy_matrix", "MXM"),
    _asked("therapy_anger", "ANG"),
    _asked("therapy_activity", "AT"),
    # Help around treatment
    _asked("wrap_case_management", "CM ICM"),
    _asked("wrap_employment", "EMP SEMP"),
    _asked("wrap_vocational", "VOC VRS ES"),
    _asked("wrap_legal", "LAD"),
    _asked("wrap_housing", "HS SH"),
    _asked("wrap_transport", "TA"),
    _asked("wrap_child_care", "CCC"),
    _asked("wrap_beds_for_children", "BC"),
    _asked("wrap_peer", "PEER"),
    _asked("wrap_recovery_coach", "RC"),
    _asked("wrap_self_help", "SHG"),
    _asked("wrap_social_services", "AOSS"),
    _asked("wrap_domestic_violence", "DVFP"),
    _asked("wrap_suicide_prevention", "SPS"),
    _asked("wrap_family_education", "FPSY"),
    _asked("wrap_aftercare", "ACC"),
    _asked("wrap_primary_care", "IPC"),
    _asked("wrap_social_skills", "SSD"),
    # Detox, crisis, admission. Where detox is given: a no only from who names another place.
    _asked("detox_residential", "RD", _DETOX),
    _asked("detox_hospital", "HID", _DETOX),
    _asked("detox_outpatient", "OD", _DETOX),
    _asked("detox_alcohol", "ADTX"),
    _asked("detox_benzodiazepines", "BDTX"),
    _asked("detox_opioids", "ODTX"),
    _asked("detox_cocaine", "CDTX"),
    _asked("detox_methamphetamine", "MDTX"),
    _asked("detox_medication", "MDET"),
    _asked("crisis_walk_in", "WI"),
    _asked("crisis_on_site", "PEON"),
    _asked("crisis_mobile", "PEOFF"),
    _asked("admission_court_ordered", "COOT"),
    # Licenses, owner, house rules
    _asked("accred_joint_commission", "JC"),
    _asked("accred_carf", "CARF"),
    _asked("accred_coa", "COA"),
    _asked("accred_ncqa", "NCQA"),
    _asked("license_state_substance", "STAG"),
    _asked("license_state_health", "STDH"),
    _asked("license_state_mental", "STMH"),
    _asked("license_hospital", "HLA"),
    _asked("certified_otp", "SOTP"),
    _asked("fqhc", "FQHC"),
    _asked("ccbhc", "CBHC"),
    _asked("owner_nonprofit", "PVTN", _OWNERS),
    _asked("owner_for_profit", "PVTP", _OWNERS),
    _asked("owner_government", "LCCG STG FED DDF IH VAMC", _OWNERS),
    _asked("owner_tribal", "TBG", _OWNERS),
    _asked("owner_va", "VAMC VAHC", _OWNERS),
    _asked("smoke_free", "SMON", _SMOKING),
)

NOT_KEPT: dict[str, str] = {
    **dict.fromkeys(
        _codes(
            "ARIPI ASENA BREXP CARIP CHLOR CLOZA DROPE FLUPH HALOP ILOPE LOXAP LURAS OLANZ OLANZF PALIP "
            "PERPH PIMOZ PROCH QUETI RISPE THIOR THIOT TRIFL ZIPRA"
        ),
        "one antipsychotic by name: ANTPYCH says that there are any",
    ),
    **dict.fromkeys(_codes("MHIV MHCV MPEP NSC HAV HBV"), "medicine or vaccine for another illness"),
    **dict.fromkeys(_codes("BABA DAOF DAUT HBT HCT HIVT LABT MST STDT TBS"), "a test given after admission"),
    **dict.fromkeys(_codes("CMHA CSAA ISC MHPA OPC PIEC SMHD SSA STU AIM"), "a step of assessment or intake"),
    **dict.fromkeys(_codes("INPE RPE PC AUINPE AURPE AUPC"), "who prescribes when others do"),
    **dict.fromkeys(
        _codes("NAUT NMAUT NMOA NOOP PMAT"), "sums up or denies what the medicines' own codes say"
    ),
    **dict.fromkeys(_codes("MWS PAIN"), "how a medicine is given, not which"),
    **dict.fromkeys(_codes("AUDO OUDO DUO DU"), "admission by offense or substance: asked on the phone"),
    **dict.fromkeys(
        _codes(
            "ACU ACT AOT BIA CDM CIT CRT DEC ECT EIH HAEC HEOH IMR KIT OFD DP PRS "
            "SACA SAE TAEC TCC TMS TOD TPC"
        ),
        "a service that no question of ours asks for yet",
    ),
    **dict.fromkeys(
        _codes("CMHC GH HFAP DEA IPSY MHC MSMH ORES PSY PSYH SHP"),
        "kind of facility or license: its settings and services say more",
    ),
    **dict.fromkeys(
        _codes("CLF CMHG CSBG FG FSA OSF PCF SAMF SCJJ SEF SMHA SWFS"),
        "public or private funding of the center, not what a person pays with",
    ),
    **dict.fromkeys(("SMOP", "SMPD"), "smoking allowed: only answers the question SMON asks"),
    **dict.fromkeys(("VAPN", "VAPP", "VPPD"), "rules on vaping"),
}
"""Codes that are known and left out on purpose, each with the reason."""

SUBSTANCE_USE = Source(
    code="samhsa_su",
    title="National Directory, substance use",
    told_by=frozenset({"OIT"}),
    questions=(
        *_SHARED,
        # Every row treats substance use but those with recovery housing alone: absence is no proof.
        Question("treats_substance_use", ("SA", "DT", "SUMH", "OTP"), asked=_NEVER_NO),
        # Mental health care is a side question here: absence is no proof.
        Question("treats_mental_health", ("MHS", "SUMH"), asked=_NEVER_NO),
        # Most rows with CHLD alone serve every age: absence is no proof.
        Question("age_adults", ("ADLT",), asked=_NEVER_NO),
    ),
    not_kept=NOT_KEPT,
)
MENTAL_HEALTH = Source(
    code="samhsa_mh",
    title="National Directory, mental health",
    told_by=frozenset({"PHDT"}),
    questions=(
        *_SHARED,
        Question("treats_mental_health", ("MH", "SUMH"), asked=_NEVER_NO),
        Question("treats_substance_use", ("SA", "SUMH", "IDD")),
        Question("age_adults", ("ADLT",), answered=_AGES),
    ),
    not_kept=NOT_KEPT,
)
SOURCES = (SUBSTANCE_USE, MENTAL_HEALTH)
"""In the order of trust for contact details: see the ADR."""
