"""Forenames that one person goes by: short forms, and other spellings of the same name.

For ``evidence``: that somebody is Bill here and William there tells nearly nothing against their
being one person. Names that are one slip of the keys apart are found without this list.
"""

from itertools import permutations

_FORMS = """
abdul abdal abdel
aleksandr alexander alexandr alex alec sandy sasha xander alasdair alistair
alexandra alex sandra sasha lexi
alfred alf alfie fred
andrew andy drew andrzej andrei
anthony tony antony anton
antonia toni
barbara barb babs
benjamin ben benny
catherine katherine kathryn catrin kate cathy kathy katie kitty cat katarzyna kasia ekaterina
charles charlie chas chuck
charlotte charlie lottie
christina christine tina chris chrissie
christopher chris kit topher
daniel dan danny
david dave davey dafydd dai
deborah debbie deb
donald don donnie
dorothy dot dottie
edward ed eddie ned ted teddy
eleanor ellie nell nora
elizabeth liz lizzie beth betty bess betsy eliza libby lisa elspeth elisabeth
emily em emma millie
evgeny yevgeny eugene
frances fran frankie
francis frank frankie
frederick fred freddie
geoffrey geoff jeff jeffrey
george georgy jerzy sior
gerald gerry jerry
gregory greg
harold harry hal
helen nell nellie elena helena
henry harry hal hank
hussein hussain husayn hossein
ian iain ioan
isabel isobel isabella bella issy
jacob jake jakub
jacqueline jackie jacqui
james jim jimmy jamie seamus hamish
janet jan
jennifer jen jenny jenni
jessica jess jessie
john jack johnny jon sean ian ieuan evan ivan jan
jonathan jon jonny
joseph joe joey jozef yusuf
josephine jo josie
joshua josh
judith judy
kenneth ken kenny
khalid khaled
lawrence laurence larry laurie
leonard len lenny
louis lewis lou
louise lou
lucinda lucy
margaret maggie meg peggy marge margo greta rita malgorzata
maria mary marie mair moira
martin marty marcin
matthew matt mateusz
megan meg
michael mike mick mickey mikhail michal mihai
mohammed mohamed mohammad muhammad muhammed mohamad mohd md
nathaniel nathan nate nat
nicholas nick nicky nikolai nicolas
nicola nicky nikki
oleksandr aleksandr alexander olek
oliver olly ollie
olivia liv livvy
omar umar
pamela pam
patricia pat patty tricia trish
patrick paddy pat padraig
peter pete pyotr piotr pedro
philip phil pip phillip
rachel rach
raymond ray
rebecca becky becca
richard rick ricky dick rich richie
robert rob robbie bob bobby bert
ronald ron ronnie
rosemary rose rosie
roderick rod roddy rhodri
samantha sam sammy
samuel sam sammy
sarah sally sal sara
sergei sergey serhii serge
stephanie steph
stephen steven steve stefan stephan
susan sue susie suzanne
theodore theo ted teddy
theresa teresa tess terry
thomas tom tommy tomasz
timothy tim
tatiana tatyana tetiana tanya
valerie val
veronica ronnie
victoria vicky vikki tori
vincent vince
volodymyr vladimir
walter walt wally
wilhelm william bill billy will willie liam gwilym guillermo
yekaterina ekaterina kateryna
yulia julia julie
yusuf yousef youssef yusef
zachary zach zack zac
"""

OTHER_FORMS = tuple(
    sorted(
        {
            pair
            for line in _FORMS.strip().splitlines()
            for pair in permutations(dict.fromkeys(line.split()), 2)
        }
    )
)
"""Pairs of forenames of one person, either way round, as ``preparing`` writes them."""
_QUOTED = ", ".join(f"'{one} {other}'" for one, other in OTHER_FORMS)
MACRO = (
    "CREATE MACRO another_form(one, other) AS"
    f" split_part(one, ' ', 1) || ' ' || split_part(other, ' ', 1) IN ({_QUOTED})"
)
"""SQL that lets a database ask whether two forenames are forms of one."""
