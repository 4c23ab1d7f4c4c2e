"""Codes as they are stored: national codes where there are any, English keys otherwise.

Sources: GB/T 2261.1 (sex), GB/T 2261.2 (marital status), GB/T 4761 (relation to the head),
GB/T 4762 (political status). Labels are marked texts; no Chinese word is ever stored.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sync.i18n import N_


def _codes(**labels: str) -> Mapping[str, str]:
    return MappingProxyType({key.lstrip("_"): label for key, label in labels.items()})


SEX: Final = _codes(_0=N_("unknown"), _1=N_("male"), _2=N_("female"), _9=N_("not stated"))
RELATION: Final = _codes(
    _0=N_("head"),
    _1=N_("spouse"),
    _2=N_("son"),
    _3=N_("daughter"),
    _4=N_("grandchild"),
    _5=N_("parent"),
    _6=N_("grandparent"),
    _7=N_("sibling"),
    _8=N_("other relation"),
)
ID_TYPE: Final = _codes(
    _111=N_("resident ID card"),
    _414=N_("passport"),
    _516=N_("Hong Kong and Macao permit"),
    _511=N_("Taiwan permit"),
)
POP_KIND: Final = _codes(
    registered=N_("registered here"),
    floating=N_("floating population"),
    left_behind=N_("left behind"),
    foreign=N_("foreign national"),
    unregistered=N_("unregistered"),
)
HUKOU_MATCH: Final = _codes(_01=N_("registered where they live"), _02=N_("registered elsewhere"))
RESIDENCY: Final = _codes(
    living=N_("lives here"),
    away=N_("away"),
    hukou_only=N_("registered here only"),
    moved_out=N_("moved out"),
    dead=N_("deceased"),
)
OCCUPANCY: Final = _codes(
    owner=N_("owner-occupied"),
    rented=N_("rented"),
    group_rented=N_("group-rented"),
    vacant=N_("vacant"),
    business=N_("business"),
    dorm=N_("dormitory"),
)
DWELLING_HAZARD: Final = _codes(
    _00=N_("no hazard"),
    _01=N_("public order"),
    _02=N_("fire safety"),
    _03=N_("disputes"),
    _04=N_("labour pay"),
    _99=N_("other"),
)
METHOD: Final = _codes(
    home=N_("inside the home"),
    door=N_("at the door"),
    phone=N_("by phone"),
    video=N_("by video"),
    outdoor=N_("met outdoors"),
    desk=N_("at the centre"),
)
PURPOSE: Final = _codes(
    info=N_("collecting information"),
    care=N_("care and needs"),
    hazard=N_("hazard check"),
    policy=N_("explaining policy"),
    mediation=N_("appointment talk"),
    followup=N_("follow-up"),
    campaign=N_("campaign"),
    meal=N_("meal delivery"),
    emergency=N_("emergency"),
)
RESULT: Final = _codes(
    met=N_("met in person"),
    not_home=N_("no answer"),
    met_family=N_("met family"),
    refused=N_("refused"),
    vacant=N_("vacant or moved"),
    wrong=N_("wrong door"),
    danger=N_("danger"),
)
CONDITION: Final = _codes(fine=N_("fine"), attention=N_("needs attention"), urgent=N_("urgent"))
NEED: Final = _codes(
    medical=N_("medical care"),
    meal=N_("meals"),
    housework=N_("housework"),
    repair=N_("repairs"),
    papers=N_("papers"),
    relief=N_("relief"),
    job=N_("work"),
    childcare=N_("childcare"),
    company=N_("company"),
    legal=N_("legal help"),
    other=N_("other"),
)
HAZARD: Final = _codes(
    gas=N_("gas"),
    wire=N_("wiring"),
    ebike=N_("e-bike"),
    clutter=N_("clutter"),
    water=N_("leak"),
    structure=N_("structure"),
    fraud=N_("fraud"),
)
CHANGE: Final = _codes(
    people=N_("who lives here"),
    phone=N_("the phone"),
    work=N_("work"),
    health=N_("health"),
    housing=N_("the home"),
    other=N_("other"),
)
LEFT: Final = _codes(
    card=N_("a card at the door"),
    called=N_("the contact was reached"),
    no_reply=N_("the contact did not pick up"),
    neighbour=N_("a neighbour passes it on"),
)
MATTER_CATEGORY: Final = _codes(
    env=N_("street and surroundings"),
    facility=N_("public facilities"),
    property=N_("housing and property"),
    fire=N_("fire safety"),
    security=N_("public order"),
    dispute=N_("signs of a dispute"),
    welfare=N_("welfare and relief"),
    care=N_("care alert"),
    advice=N_("advice"),
    emergency=N_("emergency"),
    special=N_("campaign"),
    other=N_("other"),
)
MATTER_SOURCE: Final = _codes(
    visit=N_("home visit"),
    patrol=N_("patrol"),
    desk=N_("at the front desk"),
    phone=N_("phone call"),
    resident_photo=N_("resident's photo"),
    hotline=N_("12345 hotline"),
    meeting=N_("residents' meeting"),
    rep_reception=N_("deputies' reception"),
    upper=N_("handed down"),
    partner=N_("department or property company"),
    system=N_("early warning"),
)
URGENCY: Final = _codes(
    critical=N_("life and safety"),
    urgent=N_("urgent"),
    simple=N_("simple"),
    general=N_("general"),
    prominent=N_("needs another unit"),
    major=N_("major"),
)
DISPOSITION: Final = _codes(
    self=N_("handled by oneself"), joint=N_("handled together"), upward=N_("reported upward")
)
LINE: Final = _codes(
    party=N_("party net"), safety=N_("safety net"), livelihood=N_("livelihood net")
)
"""The nets that one record serves at once (三网)."""

MATTER_STEP: Final = _codes(
    accept=N_("accepted"),
    assign=N_("assigned"),
    start=N_("taken in hand"),
    finish=N_("said to be done"),
    check=N_("checked"),
    redo=N_("not done yet"),
    ask_back=N_("to be answered"),
    close=N_("answered and closed"),
    send_back=N_("sent back"),
    hand_over=N_("handed over"),
    hold=N_("put on hold"),
    resume=N_("taken up again"),
    extend=N_("given more time"),
    urge=N_("urged"),
    reopen=N_("taken back"),
    withdraw=N_("withdrawn"),
    cancel=N_("made void"),
    merge=N_("the same as another"),
    part=N_("not the same after all"),
    call=N_("the street was called"),
    whistle=N_("departments called in"),
    note=N_("noted"),
)
MATTER_STAGE: Final = _codes(
    draft=N_("kept aside"),
    reported=N_("reported"),
    accepted=N_("accepted"),
    assigned=N_("assigned"),
    processing=N_("in hand"),
    finished=N_("waits for a check"),
    verified=N_("checked"),
    feedback=N_("waits for the answer to the resident"),
    closed=N_("closed"),
    returned=N_("sent back"),
    withdrawn=N_("withdrawn"),
    void=N_("void"),
    transferred=N_("handed over"),
    whistled=N_("departments called in"),
    suspended=N_("on hold"),
    reopened=N_("opened again"),
)
SERVICE_CATEGORY: Final = _codes(
    insurance=N_("social insurance"),
    medical=N_("medical insurance"),
    relief=N_("social relief"),
    elder=N_("the old and the disabled"),
    work=N_("work and housing"),
    party=N_("certificates and party"),
)
SERVICE_MODE: Final = _codes(
    accept=N_("received here, decided elsewhere"),
    handle=N_("handled here"),
    agent=N_("an errand done for the resident"),
    consult=N_("consultation"),
)
SERVICE_STAGE: Final = _codes(
    received=N_("received"),
    supplement=N_("papers to come"),
    forwarded=N_("passed on"),
    approved=N_("approved"),
    rejected=N_("turned down"),
    ready=N_("ready to pick up"),
    picked_up=N_("picked up"),
    closed=N_("closed"),
)
SERVICE_ENTRY: Final = _codes(consult=N_("consultation"), help=N_("small help"))
APPOINTMENT: Final = _codes(
    booked=N_("booked"), come=N_("came"), missed=N_("did not come"), cancelled=N_("called off")
)
HELD_VERDICT: Final = _codes(taken=N_("taken over"), left=N_("left out"), open=N_("taken back"))
AREA_LEVEL: Final = _codes(
    county=N_("county"),
    street=N_("street"),
    community=N_("community"),
    estate=N_("estate"),
    courtyard=N_("courtyard"),
    building=N_("building"),
    grid=N_("grid"),
    micro_grid=N_("micro-grid"),
    department=N_("department or member unit"),
)
GRID_KIND: Final = _codes(
    general=N_("general grid"), dedicated=N_("dedicated grid"), rural=N_("rural grid")
)
POST: Final = _codes(
    grid_worker=N_("grid worker"),
    grid_leader=N_("grid leader"),
    mediator=N_("mediator"),
    desk_clerk=N_("desk clerk"),
    secretary=N_("secretary"),
    area_officer=N_("area officer"),
    partner=N_("department or member unit"),
    street=N_("street"),
    it_admin=N_("IT"),
)
MEMBER_POST: Final = _codes(
    grid_leader=N_("grid leader"),
    building_head=N_("building head"),
    unit_head=N_("unit head"),
    stair_steward=N_("building steward"),
    volunteer=N_("micro-grid volunteer"),
    part_time=N_("part-time member"),
)
DOOR_ANSWER: Final = _codes(
    lives=N_("lives here"),
    away=N_("away for now"),
    moved_out=N_("moved out"),
    dead=N_("died"),
    listed=N_("on the list again"),
)
REGROUPING: Final = _codes(planned=N_("planned"), done=N_("carried out"), withdrawn=N_("withdrawn"))
CARE_FLOOR: Final = _codes(
    red=N_("every 7 days"),
    fortnight=N_("every 14 days"),
    yellow=N_("every month"),
    maternal=N_("within 42 days"),
    blue=N_("every 3 months"),
    green=N_("every 6 months"),
)
DISPUTE: Final = _codes(
    _01=N_("marriage and family"),
    _02=N_("neighbours"),
    _03=N_("house and homestead"),
    _04=N_("contract"),
    _05=N_("production and business"),
    _06=N_("damages"),
    _07=N_("hill, wood and land"),
    _08=N_("expropriation"),
    _09=N_("pollution"),
    _10=N_("labour"),
    _11=N_("travel"),
    _12=N_("consumer"),
    _13=N_("medical dispute"),
    _14=N_("traffic accident"),
    _15=N_("property management"),
    _99=N_("other dispute"),
)
CASE_SCALE: Final = _codes(_01=N_("individuals"), _02=N_("a group"), _03=N_("a large group"))
CASE_ORIGIN: Final = _codes(
    application=N_("on application"),
    proactive=N_("on our own initiative"),
    police=N_("handed over by the police"),
    court=N_("handed over by a court"),
    petition=N_("handed over by the petition office"),
    gov=N_("handed over by a department"),
    visit=N_("from a visit"),
    matter=N_("from a matter"),
)
PARTY_SIDE: Final = _codes(
    applicant=N_("applicant"), respondent=N_("respondent"), third=N_("third party")
)
TALK_KIND: Final = _codes(
    inquiry=N_("inquiry"),
    mediation=N_("mediation talk"),
    call=N_("phone call"),
    follow_up=N_("call-back"),
    other=N_("other talk"),
)
AGREEMENT_KIND: Final = _codes(
    agreement=N_("agreement"), oral=N_("oral agreement"), supplement=N_("supplement")
)
CASE_STEP: Final = _codes(
    rights_told=N_("told their rights"),
    extension=N_("more time, agreed by both"),
    declined=N_("declined"),
    failed=N_("no agreement"),
    signed=N_("signed"),
    court_applied=N_("applied to the court"),
    court_confirmed=N_("confirmed by the court"),
    performed=N_("performed"),
    not_performed=N_("not performed"),
    called_back=N_("called back"),
    referred=N_("referred with consent"),
    archived=N_("archived"),
    violence_reported=N_("risk of violence reported"),
)
EXPERT_FIELD: Final = _codes(
    law=N_("law"),
    mediation=N_("Mediation"),
    property=N_("property management"),
    building=N_("building and repair"),
    labour=N_("labour"),
    finance=N_("money and contracts"),
    medical=N_("medicine"),
    psychology=N_("psychology"),
    trade=N_("shops and trades"),
    data=N_("data"),
    other=N_("other"),
)
CASE_STAGE: Final = _codes(
    clue=N_("clue"),
    accepted=N_("case accepted"),
    investigating=N_("inquiring"),
    mediating=N_("mediating"),
    agreed=N_("agreement reached"),
    failed=N_("no agreement"),
    performing=N_("being performed"),
    follow_up=N_("call-back"),
    archived=N_("archived"),
    declined=N_("mediation declined"),
    judicial_confirm=N_("court confirmation"),
)
HOME_CHANGE: Final = _codes(
    edit=N_("changed"),
    moved_in=N_("moved in"),
    moved_out=N_("moved out"),
    away=N_("away for a while"),
    back=N_("back home"),
    died=N_("passed away"),
    undone=N_("change taken back"),
)
CONFLICT_STATUS: Final = _codes(
    open=N_("waits for a person"), settled=N_("settled"), superseded=N_("no longer differs")
)
CONFLICT_KIND: Final = _codes(
    value=N_("two people changed the same field"),
    delete_vs_edit=N_("removed here, changed there"),
    edit_vs_delete=N_("changed here, removed there"),
    after_close=N_("news after it was closed"),
    overdraft=N_("more was taken than was there"),
    dup=N_("perhaps the same person twice"),
)
