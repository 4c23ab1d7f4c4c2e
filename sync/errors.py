"""Expected failures. Workers read ``message``; logs, wire and tests use ``code``.

Texts never hold personal data: they name a file's row, a field or a record's short number.
"""

from typing import ClassVar

from sync.i18n import N_, _


class DoorstepError(Exception):
    """An expected failure, always fit to show. ``details`` fill the message's placeholders."""

    code: ClassVar[str] = "error"
    message: ClassVar[str] = N_("Something did not work.")
    retryable: ClassVar[bool] = False
    exit_code: ClassVar[int] = 1

    def __init__(self, **details: str | int) -> None:
        self.details = details
        super().__init__(self.code)

    def sentence(self) -> str:
        """What happened and what to do, in the language in use."""
        return _(self.message).format(**self.details)

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence()}"


class Bug(DoorstepError):
    """Our fault, not the network's or the disk's: reported with its trace, never retried."""

    code = "bug"
    message = N_("Something went wrong in the app. Saved work is still here.")


class WrongUsage(DoorstepError):
    """The command line was called with words it does not know."""

    code = "usage"
    message = N_("{what}")
    exit_code = 2


# --- The network -----------------------------------------------------------------------------


class NetworkError(DoorstepError):
    """No usable answer from the server. Saved work stays and is sent later."""

    code = "net"
    retryable = True
    exit_code = 3


class ServerUnreachable(NetworkError):
    """No connection, or it broke."""

    code = "net.unreachable"
    message = N_("No network. Work goes on here and is sent later.")


class NameNotFound(ServerUnreachable):
    """Nobody knows the server's name: a typing mistake, or no network to ask on."""

    code = "net.name"
    message = N_("Nobody here knows the name {host}: no network, or a mistake in the address.")


class PortalAnswered(NetworkError):
    """Something between us and the server answered: a hotel login page, a proxy."""

    code = "net.portal"
    message = N_("This network wants a login first. Open the browser, log in, then sync again.")


class ServerBusy(NetworkError):
    """429, 502 or 503. ``retry_after`` holds seconds."""

    code = "net.busy"
    message = N_("The server is busy. Work goes on here and is sent later.")


class TooMuchAtOnce(NetworkError):
    """413: the server, or something between, takes no request of this size."""

    code = "net.too_large"
    message = N_(
        "One piece of work is too large for this network. It stays here; try another network."
    )


class CertificateRefused(NetworkError):
    """TLS failed: unknown authority, wrong name, expired, or this computer's clock is off."""

    code = "net.certificate"
    message = N_(
        "The server's certificate was not accepted. "
        "Check this computer's date, or ask IT for the CA file."
    )


class NotEncrypted(NetworkError):
    """Plain HTTP to another computer: everyone on the way could read along."""

    code = "net.not_encrypted"
    message = N_("This address is not encrypted. Use one that begins with https, or ask IT.")
    retryable = False
    exit_code = 1


class NotTheServer(NetworkError):
    """The address answers, but it is no Doorstep server."""

    code = "net.not_doorstep"
    message = N_("There is no Doorstep server at this address. Check the address with IT.")


# --- Who you are -----------------------------------------------------------------------------


class SignedOut(DoorstepError):
    """The server no longer knows this computer's token."""

    code = "auth.signed_out"
    message = N_(
        "The server no longer knows this computer. Ask IT for a new code. Nothing is lost."
    )


class DeviceSuspended(SignedOut):
    """The same profile goes on in two places: its edits are taken, and it is given nothing."""

    code = "auth.suspended"
    message = N_(
        "This profile is in use in two places, or was put back from a copy. What is saved here is "
        "still sent. To receive again, enrol this computer with a new code, or ask IT."
    )


class DeviceRevoked(SignedOut):
    """The office ended this computer's right to the data: its keys go, its edits are handed in."""

    code = "auth.revoked"
    message = N_(
        "This computer was revoked. Its keys are erased; what it had not sent was handed in."
    )


class NothingLent(DoorstepError):
    """There is nothing that a code could bring back."""

    code = "server.nothing_lent"
    message = N_("This computer has no lease to extend: it was lost, or never asked for one.")


class NotSuspended(DoorstepError):
    """There is nothing to take back."""

    code = "server.not_suspended"
    message = N_("This computer is not suspended.")


class OwnComputer(DoorstepError):
    """Whoever revokes the computer they sit at can take nothing back with it."""

    code = "server.own_computer"
    message = N_("This is the computer you sit at. Have it revoked from another one.")


class DevicesFull(DoorstepError):
    """The account has as many computers as it may."""

    code = "auth.devices_full"
    message = N_(
        "This user has three computers already. Have IT revoke one; the code stays good meanwhile."
    )


class CodeRefused(DoorstepError):
    """A wrong, used or expired enrolment code: one answer for all, so guessing learns nothing."""

    code = "auth.code"
    message = N_("This code is wrong, used or too old. Ask IT for a new one.")


class AnotherPerson(DoorstepError):
    """A code of somebody else, for a profile that holds one person's work."""

    code = "auth.another_person"
    message = N_("This code is another person's. Ask IT for one of your own. Nothing was changed.")


class NotPermitted(DoorstepError):
    """The role may not do this."""

    code = "auth.not_permitted"
    message = N_("Your post does not allow this.")


class WrongPassword(DoorstepError):
    """The vault did not open."""

    code = "vault.password"
    message = N_("Wrong password. Try again; nothing is erased.")
    exit_code = 4


class KeychainLost(DoorstepError):
    """The keychain does not hold this profile's part of the key any more, or stays shut."""

    code = "vault.keychain_lost"
    message = N_(
        "This computer's keychain does not give its part of the key. Unlock the keychain, or ask "
        "IT for the recovery files. Nothing is erased."
    )
    exit_code = 4


class KeychainRefused(DoorstepError):
    """The keychain does not keep what it is given."""

    code = "vault.keychain_refused"
    message = N_("This computer's keychain keeps nothing. Ask IT.")


class KeychainNeeded(DoorstepError):
    """The organisation allows no profile without a keychain."""

    code = "vault.keychain_needed"
    message = N_("This computer has no keychain, and your office asks for one. Nothing was made.")


class LeaseEnded(DoorstepError):
    """The server's part of the key was given up: too long without contact."""

    code = "vault.lease_ended"
    message = N_(
        "Too long without contact with the server. Unlock where there is a network, or type the "
        "code that IT reads to you. Nothing is erased."
    )
    exit_code = 4


class CodeWrong(DoorstepError):
    """Nothing that the server gave along opens with it."""

    code = "vault.lease_code"
    message = N_("This code is wrong, or was used before. Have IT read you the next one.")
    exit_code = 4


class RecoveryRefused(DoorstepError):
    """The recovery files are of another organisation's key, or one of them twice."""

    code = "vault.recovery"
    message = N_("These recovery files do not open this profile. Nothing was changed.")
    exit_code = 4


class PasswordChanged(DoorstepError):
    """Another process gave the open profile a new password."""

    code = "vault.password_changed"
    message = N_("The password was changed meanwhile. Lock this profile and unlock it again.")


class PasswordNeeded(DoorstepError):
    """No password was given and nobody can be asked."""

    code = "vault.password_needed"
    message = N_("A password is needed. Use --password-stdin or DOORSTEP_PASSWORD_FILE.")
    exit_code = 4


class PasswordTooShort(DoorstepError):
    """Length is what counts; no rules on kinds of characters."""

    code = "vault.password_short"
    message = N_("The password needs at least {least} characters.")


# --- What is on this computer ----------------------------------------------------------------


class NoProfile(DoorstepError):
    """This computer was not enrolled under that name."""

    code = "profile.none"
    message = N_("This computer is not set up yet. Run: doorstep enroll ADDRESS --code CODE")


class SeveralProfiles(DoorstepError):
    """Several users share this computer: which one?"""

    code = "profile.several"
    message = N_("Several profiles are on this computer. Name one: --profile NAME")


class ProfileExists(DoorstepError):
    """Enrolment would overwrite a profile."""

    code = "profile.exists"
    message = N_("A profile with this name is already here. Choose another: --profile NAME")


class ProfileInUse(DoorstepError):
    """Another window or command has this profile open."""

    code = "profile.in_use"
    message = N_("This profile is already open in another window. Use that one, or close it.")


class StoreDamaged(DoorstepError):
    """The file does not open although the key is right. It is set aside, never recreated."""

    code = "store.damaged"
    message = N_(
        "The data on this computer does not open. It was set aside untouched in {folder}. "
        "Run doorstep mend, or have IT run it: what was not sent comes back."
    )


class StoreTooNew(DoorstepError):
    """A newer version of the app wrote this store."""

    code = "store.too_new"
    message = N_("A newer version of the app made this data. Update the app; nothing is lost.")


class DiskFull(DoorstepError):
    """Nothing was saved, and the form still holds what was typed."""

    code = "store.disk_full"
    message = N_("The disk is full. Free some space and save again; what you typed is still here.")
    retryable = True


class DiskRefused(DiskFull):
    """The disk failed, or a quota is used up: the database cannot tell which."""

    code = "store.disk_refused"
    message = N_(
        "The disk did not take this. Free some space and try again, or ask IT; "
        "what you typed is still here."
    )


class StoreBusy(DoorstepError):
    """Another process held the store for too long."""

    code = "store.busy"
    message = N_("The data is in use for a moment. Try again.")
    retryable = True


# --- Records ---------------------------------------------------------------------------------


class NotFound(DoorstepError):
    """No record answers to that reference on this computer."""

    code = "record.not_found"
    message = N_("Nothing here answers to {what}. It may belong to another grid.")


class SeveralMatches(DoorstepError):
    """A reference that fits several records. ``ids`` lists them."""

    code = "record.several"
    message = N_("Several records fit: {ids}. Use one of these ids.")


class FieldUnknown(DoorstepError):
    """No such field on this kind of record."""

    code = "record.field_unknown"
    message = N_("There is no field {field} on this record. Fields: {known}.")


class ValueRefused(DoorstepError):
    """A value that this field cannot hold."""

    code = "record.value"
    message = N_("{field}: {what}")


class OperationTooLarge(DoorstepError):
    """More text than one record may hold, refused when saving and never later."""

    code = "record.too_large"
    message = N_("This is too long to save at once: {size} kB, at most {most} kB. Split it in two.")


class AttachmentRefused(DoorstepError):
    """A file that is no photo and no scan, or a too large one."""

    code = "attachment.refused"
    message = N_("Attach a photo (JPEG, PNG) or a PDF of at most {most} MB.")


class AttachmentDamaged(DoorstepError):
    """A photo's bytes are not on this computer, or not what was saved."""

    code = "attachment.damaged"
    message = N_("This photo cannot be opened on this computer. Sync, then open it again.")


class AttachmentNotThere(DoorstepError):
    """Its bytes are still on the computer on which it was attached."""

    code = "attachment.absent"
    message = N_("This photo was not sent yet. It can be seen once its computer has synced.")


class NothingToResolve(DoorstepError):
    """The conflict is gone or was settled."""

    code = "conflict.settled"
    message = N_("This was settled already.")


class EntryIsFinal(DoorstepError):
    """Visits, notes and mediations are written once."""

    code = "record.final"
    message = N_("This entry is written once. Add a correction instead.")


class FieldComputed(DoorstepError):
    """A field that rules or the server fill."""

    code = "record.field_computed"
    message = N_("{field} is worked out by itself and cannot be typed.")


class ScopeNotHere(DoorstepError):
    """An edit for a part of the ledger that was never synced to this computer."""

    code = "store.scope_absent"
    message = N_("This part of the ledger is not on this computer yet. Sync first.")


class StoreUnreadable(DoorstepError):
    """Damage met while working; the next opening examines the file and sets it aside."""

    code = "store.unreadable"
    message = N_("Part of the data on this computer cannot be read. Close the app and open it.")


class VaultUnreadable(DoorstepError):
    """The key header is missing or broken: without it no password helps."""

    code = "vault.unreadable"
    message = N_("The key file of this profile cannot be read. Keep the folder and ask IT.")
    exit_code = 4


# --- Sync --------------------------------------------------------------------------------------


class UpgradeNeeded(DoorstepError):
    """426: the server speaks a newer wire version only."""

    code = "sync.upgrade"
    message = N_("The server is newer than this app. Update the app; your work is kept here.")


class RequestRefused(NetworkError):
    """The server answered, but not with what was asked. ``reason`` is its code."""

    code = "net.refused"
    message = N_("The server did not take this ({reason}). Work goes on here and is sent later.")
    exit_code = 1


class SyncRunning(DoorstepError):
    """One session at a time."""

    code = "sync.running"
    message = N_("A sync is already running.")
    retryable = True


class ClonedStore(DoorstepError):
    """Another computer sent operations under this one's numbers."""

    code = "sync.cloned"
    message = N_(
        "This data was copied from another computer. Ask IT for a new code. Nothing is lost."
    )


# --- The courier file --------------------------------------------------------------------------


class CourierDamaged(DoorstepError):
    """Bytes were changed or lost, or it was sealed for somebody else: nobody can tell which."""

    code = "courier.damaged"
    message = N_(
        "This courier file is damaged, cut off, or made for somebody else. "
        "Copy it again from where it was made."
    )


class CourierFileMissing(DoorstepError):
    """The file that was named is not there."""

    code = "courier.missing"
    message = N_("There is no file {file}.")


class CourierStranger(DoorstepError):
    """The token inside is unknown or was revoked."""

    code = "courier.stranger"
    message = N_(
        "The server does not know the computer that made this file. Nothing was taken from it."
    )


class CourierNotReady(DoorstepError):
    """Hello told no courier key yet."""

    code = "courier.not_ready"
    message = N_("This computer has to reach the server once before a courier can serve it.")


class CourierSpent(NetworkError):
    """What is carried holds no answer to this: it waits for the next trip, or for a network."""

    code = "courier.spent"
    message = N_("The courier file has no answer to this yet. It goes with the next one.")


# --- People and areas ------------------------------------------------------------------------


class LoginTaken(DoorstepError):
    """Another account has that login."""

    code = "office.login_taken"
    message = N_("Somebody here has this user name already. Choose another one.")


class LoginWrong(DoorstepError):
    """A login that cannot be typed everywhere."""

    code = "office.login_wrong"
    message = N_("A user name has 2 to 40 small Latin letters, digits, dots or dashes.")


class NameWanted(DoorstepError):
    """Something without a name."""

    code = "office.name_wanted"
    message = N_("The name is missing.")


class DaysWrong(DoorstepError):
    """A day that is none, or an end before its beginning."""

    code = "office.days"
    message = N_("Write the days like 2026-06-18, the last one not before the first.")


class AreaNotHere(DoorstepError):
    """An area that is not of this community, or cannot hold what it was given."""

    code = "office.area"
    message = N_("This area is not among those of the community, or is over on that day.")


class PostsMixed(DoorstepError):
    """Somebody of the community who would be of a department or of the street as well."""

    code = "office.posts_mixed"
    message = N_(
        "Whoever works in the community is not of a department or the street as well. "
        "Give them another user name for that."
    )


class EstateWanted(DoorstepError):
    """Doors without their estate where several estates have them."""

    code = "office.estate_wanted"
    message = N_("Several estates have these doors. Write the estate too, such as 丰和苑6-2.")


class HouseholdsElsewhere(DoorstepError):
    """Households that are not in the community, or not in the grid of a micro-grid."""

    code = "office.households_elsewhere"
    message = N_("Some of these households belong to another grid. Move them there first.")


class AreaInUse(DoorstepError):
    """An area that would end while households are left in it."""

    code = "office.area_in_use"
    message = N_("Households would be left in an area that ends. Take them along.")


class FileRefused(DoorstepError):
    """A table that cannot be imported; ``what`` is the reason, translated by the laptop."""

    code = "office.file"
    message = N_("{what}")
