import type { Message } from '../../../contract/text.ts'
import type {
  AccountIdentity,
  AccountSnapshot,
  Answer,
  Availability,
  Panel,
  Situation,
} from '../../provider.ts'
import { sameIdentity } from '../standing.ts'

export type Reason = Message & { remedy?: string }

export const AVAILABLE: Availability = { kind: 'available' }
export const NOT_APPLICABLE: Availability = { kind: 'not_applicable' }

/** Available unless there is a reason against it. Pure. */
export function unless(...reasons: readonly (Reason | undefined)[]): Availability {
  const against = reasons.filter((reason) => reason !== undefined)
  return against.length === 0 ? AVAILABLE : { kind: 'blocked', reasons: against }
}

/** The snapshot, if it is of the account our record is bound to. Pure. */
export function ownSnapshot({ snapshot, service }: Situation): AccountSnapshot | undefined {
  if (snapshot === undefined || service.identity === null) return undefined
  return sameIdentity(snapshot, service.identity) ? snapshot : undefined
}

/**
 * Availability of an action on the account a service has: not there without an account, blocked while it is not known
 * to be the same one. Pure.
 *
 * @param more judges the rest, once the account is sure
 */
export function onAccount(
  situation: Situation,
  more: (snapshot: AccountSnapshot | undefined) => Availability = () => AVAILABLE,
): Availability {
  const { service, snapshot } = situation
  if (service.identity === null || service.state === 'deleted') return NOT_APPLICABLE
  if (snapshot !== undefined && !sameIdentity(snapshot, service.identity))
    return unless({ code: 'reason.identity_changed' })
  if (service.state === 'unknown') return unless({ code: 'reason.account_unknown' })
  return more(snapshot)
}

/** Why a changing action waits until a suspension is lifted. Pure. */
export function whileSuspended({ service, role }: Situation): Reason | undefined {
  if (service.state !== 'suspended') return undefined
  return role === 'client'
    ? { code: 'reason.suspended' }
    : { code: 'reason.suspended', remedy: 'remedy.suspended' }
}

/** The record's domain and owner must be the server's before something irreversible is done. Pure. */
export function whereRecordDiffers(
  { service }: Situation,
  snapshot: AccountSnapshot | undefined,
): Reason | undefined {
  if (snapshot === undefined) return undefined
  const { domain, owner } = service
  if (domain !== null && domain.toLowerCase() !== snapshot.domain.toLowerCase())
    return {
      code: 'reason.domain_differs',
      params: { domain: snapshot.domain },
      remedy: 'remedy.domain_differs',
    }
  return owner !== null && owner !== snapshot.owner
    ? { code: 'reason.owner_differs', remedy: 'remedy.owner_differs' }
    : undefined
}

/** The account an action is on; actions are planned only where `judge` found one. */
export function identityOf({ service }: Situation): AccountIdentity {
  if (service.identity === null) throw new Error('the service has no account')
  return service.identity
}

export function refusedFor(code: string, params?: Message['params']): Answer<never> {
  return {
    ok: false,
    fault: { code, transport: false, ...(params === undefined ? {} : { params }) },
  }
}

/** Reads the service's account now; a fault when it is gone or another one stands under its name. */
export async function readOwnAccount(
  panel: Panel,
  situation: Situation,
): Promise<Answer<AccountSnapshot>> {
  const { identity } = situation.service
  if (identity === null) return refusedFor('account_not_found')
  const account = await panel.account(identity.username)
  if (!account.ok) return account
  if (account.value === null) return refusedFor('account_not_found')
  return sameIdentity(account.value, identity)
    ? { ok: true, value: account.value }
    : refusedFor('identity_changed')
}
