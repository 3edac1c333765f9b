"""The words that people use in a spreadsheet's cells, in the eight languages, and what they mean."""

import re
import unicodedata
from functools import lru_cache

from rooms.models import Role

LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})

LONGEST = 100

# A line a language: English, German, French, Spanish, Italian, Dutch, Polish, Portuguese.
ROLE_WORDS = {
    Role.MODERATOR: """
        moderator, host, organizer, organiser, presenter, chair
        Moderator, Moderatorin, Moderation, Leitung, Gastgeber, Gastgeberin, Organisator, Organisatorin
        modérateur, modératrice, animateur, animatrice, hôte, organisateur, organisatrice
        moderador, moderadora, anfitrión, anfitriona, organizador, organizadora
        moderatore, moderatrice, organizzatore, organizzatrice
        moderator, moderatrice, gastheer, gastvrouw, organisator
        moderator, moderatorka, prowadzący, prowadząca, gospodarz, organizator
        moderador, moderadora, anfitrião, anfitriã, organizador, organizadora
    """,
    Role.PARTICIPANT: """
        participant, attendee, member, speaker
        Teilnehmer, Teilnehmerin, Teilnehmende, Teilnehmender, Teilnehmer/in, Teilnehmer:in, Mitglied,
        Sprecher
        participant, participante, membre, intervenant, intervenante
        participante, miembro, ponente, asistente
        partecipante, membro, relatore, relatrice
        deelnemer, deelneemster, lid, spreker
        uczestnik, uczestniczka, członek
        participante, membro, orador, oradora
    """,
    Role.GUEST: """
        guest
        Gast
        invité, invitée
        invitado, invitada
        ospite, invitato, invitata
        gast, genodigde
        gość
        convidado, convidada, hóspede
    """,
    Role.SPECTATOR: """
        spectator, viewer, listener, observer, audience, view only
        Zuschauer, Zuschauerin, Zuschauende, Zuhörer, Zuhörerin, Publikum, Beobachter, Beobachterin
        spectateur, spectatrice, auditeur, auditrice, observateur, observatrice, public
        espectador, espectadora, oyente, observador, observadora, público
        spettatore, spettatrice, ascoltatore, ascoltatrice, osservatore, pubblico
        toeschouwer, kijker, luisteraar, waarnemer, publiek
        widz, obserwator, słuchacz, publiczność
        espectador, espectadora, ouvinte, observador, observadora, público
    """,
    Role.NO_ACCESS: """
        no access, none, blocked, denied
        Kein Zugang, kein Zugriff, kein Zutritt, ohne Zugang, gesperrt
        aucun accès, pas d'accès, sans accès, accès refusé, bloqué
        sin acceso, ningún acceso, bloqueado
        nessun accesso, senza accesso, bloccato
        geen toegang, geblokkeerd
        brak dostępu, bez dostępu, zablokowany
        sem acesso, nenhum acesso, bloqueado
    """,
}

# Beside what Django knows: the codes of ISO 639-2, and each language's name in all eight.
LANGUAGE_WORDS = {
    "en": "eng, English, Englisch, anglais, inglés, inglese, Engels, angielski, inglês",
    "de": "deu, ger, German, Deutsch, allemand, alemán, tedesco, Duits, niemiecki, alemão",
    "fr": "fra, fre, French, Französisch, français, francés, francese, Frans, francuski, francês",
    "es": "spa, Spanish, Spanisch, espagnol, español, castellano, spagnolo, Spaans, hiszpański, espanhol",
    "it": "ita, Italian, Italienisch, italien, italiano, Italiaans, włoski",
    "nl": "nld, dut, Dutch, Niederländisch, Holländisch, néerlandais, neerlandés, holandés, olandese, "
    "Nederlands, niderlandzki, holenderski, neerlandês, holandês",
    "pl": "pol, Polish, Polnisch, polonais, polaco, polacco, Pools, polski, polonês",
    "pt": "por, Portuguese, Portugiesisch, portugais, portugués, portoghese, Portugees, portugalski, "
    "português",
}


@lru_cache(maxsize=1_000)  # a table has few
def plain(word: str) -> str:
    """What is left of a word without letter case, accents, punctuation, blanks, and what is in brackets."""
    word = re.sub(r"\([^)]*\)|\[[^]]*\]", "", word[:LONGEST]) or word[:LONGEST]
    decomposed = unicodedata.normalize("NFKD", word.casefold()).translate(LETTERS)
    return "".join(character for character in decomposed if character.isalnum())


def read_words(text: str) -> list[str]:
    return [plain(word) for word in re.split(r"[,\n]", text) if word.strip()]


ROLES = {word: role for role, text in ROLE_WORDS.items() for word in read_words(text)}
ROLES |= {plain(role.value): role for role in Role}
LANGUAGES = {word: code for code, text in LANGUAGE_WORDS.items() for word in read_words(text)}


def role_of(text: str) -> Role | None:
    return ROLES.get(plain(text))


def language_of(text: str) -> str | None:
    """The language's code (BCP 47, without what comes after it), from a code or a name."""
    if match := re.fullmatch(r"([A-Za-z]{2})(?:[-_][A-Za-z0-9]+)*", text.strip()):
        return match[1].lower()
    return LANGUAGES.get(plain(text))
