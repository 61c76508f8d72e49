"""Words that never make a topic, for the languages buyers write most; other languages simply have none.

Negations ("not", "没有", "ไม่") are kept out of the lists: "not charging" is a topic, "charging" is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

_LISTS = {
    "en": """a about after again all also am an and any are as at be been before being but by can could did do does
        doing for from get got had has have having he her here him his how i i'd i'll i'm i've if in into is it it's its
        just me my of on one or our out she so some than that that's the their them then there these they this those to
        too us very was we were what when which while who will with would you your please thank thanks hi hello dear""",
    "de": """aber alle als also am an auch auf aus bei bin bis bitte da damit danach dann das dass dem den der des dich
        die dies diese dieser doch du durch ein eine einem einen einer er es euch für habe haben hallo hat hatte ich
        ihm ihn ihr ihre im in ins ist ja jetzt kann man mein meine mich mir mit nach noch nun nur ob oder schon sehr
        sein sich sie sind so über um und uns von vor war was weil wenn werden wie wieder wir wird wurde zu zum zur""",
    "fr": """ai alors après au aussi aux avec avoir bien bonjour c'est car ce cela ces cet cette comme dans de des donc
        du elle en est et être eu fait il ils j'ai je l'ai la le les leur lui ma mais me même merci mes mon nous on ont
        ou où par plus pour qu que qui sa se ses si son sont sur suis ta te tout très tu un une vos votre vous y""",
    "es": """a al ahora algo así aunque bien buenas como con cuando de del desde después donde el ella ellos en era es
        esa ese eso esta está estaba este esto fue gracias ha hace han hasta hay he hola la las le les lo los más me mi
        mis mucho muy o para pero por porque pues que qué se ser si sí sobre son su sus también te tengo tiene todo un
        una uno y ya yo""",
    "pt": """a ao aos as até bem boa bom com como da das de depois do dos e é ela ele eles em era essa esse está estava
        este eu foi isso isto já la lhe mais mas me mesmo meu meus minha muito na nas no nos o obrigado olá os ou para
        pela pelo por porque pois pra que quando se ser só sua são também te tem tenho todo tudo um uma veio você vocês
        à às""",
    "it": """a ai al alla anche avere bene c'è che chi ci come con cosa da dal dalla dei del della delle di dopo dove e
        è ed era essere fa gli grazie ha hanno ho i il in io la le lo ma me mi mia mio molto nel nella o ogni per però
        perché più poi qua quando quello questa questo se si sono su sul tutto un una uno""",
    "nl": """aan al als bij dan dat de deze die dit door een en er goed had heb hebben heeft het hij hoe ik in is ja je
        kan maar me meer met mij mijn na naar nog nu of om ook op over te toch tot uit van veel voor want was wat we
        wel werd wij zal ze zeer zijn zo""",
    "pl": """a ale bardzo być bo był była było by co czy dla do go i ich ja jak jako jest jestem już ją kiedy ma mam mi
        mnie na o od po pod przez przy się są ta tak także te ten to tu tym w we więc wszystko z za ze że""",
    "tr": """ama bana ben bir biraz bu böyle çok da daha de diye en gibi hem her için ile ise ki mi mı o olan olarak
        oldu olduğu sonra şu ve veya ya""",
    "vi": """ạ à anh bạn bị các cái cảm cho chị có còn cũng của đã đang đây để đi đó được em gì hơn khi là lại lắm
        lên luôn mà mình mn mọi này nên nha nhà nhé nhưng như những nữa ok ở ra rất rồi sẽ sự thì
        thế theo trong từ và vẫn về với vậy với ơn""",
    "ms": """ada adalah agak akan aku anda apa atas atau awak bagi bila cuma da dah dalam dan dari daripada
        dengan dgn dia di dkt dpt hari ia ini itu jadi je juga jugak kak kalau kami ke kepada kita kot la lagi lah
        lg mcm memang mereka nak ni nya oleh pada pn pon punya pun sahaja saja sangat saya sbb sgt semua sini
        sudah tapi telah terima kasih tq tu untuk utk ya yang yg""",
    "id": """ada adalah agak agan akan aku anda apa atas atau bagi cuma dalam dan dari dengan di dia
        dgn gan hanya ini itu jadi juga kak kalau kalo kami karena ke kepada kita lagi lah masih min mohon nya nih oleh
        pada pas pun sama sangat saya semua seperti si sih sini sudah sdh tapi telah terima kasih tp udah untuk
        utk ya yang yg""",
    "ko": """그 그냥 그리고 근데 너무 다 더 또 때 많이 매우 바로 아주 안녕하세요 에 에서 와 왜 은 을 의 이 이거 잘 저
        저는 정말 제 제가 조금 좀 진짜 하고 합니다 해서 했는데 했습니다""",
    "ru": """а без бы был была были было в вам вас во вот все всё вы да для до его ее её если есть еще ещё же за и из
        или их к как когда ко ли меня мне мы на над но о об он она они оно от очень по под при с со спасибо так также то
        тоже только у уже что чтобы это этот я""",
}

# Scripts without blanks: a gram is empty when it lies within one of these phrases, or is made of such characters only.
_CHARACTERS = {
    "zh": "的了着过和与及是也都就而但在把被给对从到又还再很太最更挺我你您他她它们这那"
    "哪个些么吗呢吧啊呀嘛哦嗯哈之以于所其一",
    "ja": "はがをにでともへやかよねのなだしたてますいるれさこそあうっんら",
}
_PHRASES = {
    "zh": """我们 你们 他们 自己 这个 那个 这些 那些 还是 就是 就是说 但是 可是 不过 所以 因为 然后 而且 如果 虽然 什么
        怎么 为什么 这样 那样 这么 那么 一个 一下 一点 有点 有些 已经 现在 真的 非常 特别 感觉 觉得 其实 反正 今天 昨天
        时候 知道 可以 应该 谢谢 你好 您好 请问 亲 请""",
    "ja": """です でした でしたが ます ました ましたが ません ありがとうございました ございます お願いします よろしく
        すみません こちら これは それは という ですが ですけど ので から まで だけ こと もの ため よう とても""",
    "th": """ครับ ค่ะ คะ นะคะ นะครับ จ้า มาก มากๆ มากค่ะ แล้ว และ ที่ ของ เป็น ให้ ก็ จะ มี ใน กับ แต่ ว่า ได้ มา ไป นี้ นั้น
        เลย ด้วย อยู่ คือ จาก โดย หรือ เรา ผม ฉัน ขอบคุณ สวัสดี ร้าน ๆ""",
}


_MAY_END = {
    "en": "on off out up down in",
    "de": "ab an auf aus ein zu um",
    "vi": "được rồi ra",
    "ms": "lagi sudah dah",
    "id": "lagi sudah",
}


@cache
def word_list(language: str) -> frozenset[str]:
    """The stop words of a language written with blanks; none when there is no list for it."""
    return frozenset(_LISTS.get(language, "").split())


@cache
def may_end(language: str) -> frozenset[str]:
    """Stop words that a phrase may end with: "won't turn on", "không sạc được"."""
    return frozenset(_MAY_END.get(language, "").split())


@cache
def particle(token: str) -> bool:
    """Whether two letters are a stop word of any language: a few German texts among English ones go unrecognised."""
    return len(token) == 2 and any(token in word_list(language) for language in _LISTS)


def languages() -> tuple[str, ...]:
    """The languages with a list of words."""
    return tuple(_LISTS)


@cache
def _unspaced(language: str) -> tuple[frozenset[str], tuple[str, ...]]:
    return frozenset(_CHARACTERS.get(language, "")), tuple(_PHRASES.get(language, "").split())


def empty_unspaced(gram: str, known: Iterable[str]) -> bool:
    """Whether a gram of a script without blanks says nothing, by the lists of the languages given."""
    for language in known:
        characters, phrases = _unspaced(language)
        if characters.issuperset(gram) or any(gram in phrase for phrase in phrases):
            return True
    return False
