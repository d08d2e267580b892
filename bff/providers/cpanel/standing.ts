import { z } from 'zod'
import type {
  AccountBrief,
  AccountIdentity,
  BeforeVerdict,
  Json,
  Panel,
  ProofVerdict,
  StepContext,
} from '../provider.ts'
import { readItem } from './account.ts'
import { ours } from './cpanel-panel.ts'
import type { AccountItem } from './functions.ts'
import { isProtected } from './protected.ts'

const expectedSchema = z.object({
  started_at: z.number().optional(),
  uid: z.number().nullable().optional(),
  domain: z.string().optional(),
  owner: z.string().optional(),
})
/** What an account must be so that a step may touch it; stored with the step. */
export type Expected = z.infer<typeof expectedSchema>

/** The identity a step is bound to, with attributes that must not have changed either. Pure. */
export function expectedOf(
  { started_at, uid }: AccountIdentity,
  attributes: Partial<Pick<AccountBrief, 'domain' | 'owner'>> = {},
): { readonly [key: string]: Json } {
  return { started_at, uid, ...attributes }
}

/** Whether two readings name the same account. Pure. */
export function sameIdentity(a: AccountIdentity, b: AccountIdentity): boolean {
  return (
    a.username === b.username &&
    a.started_at === b.started_at &&
    (a.uid === null || b.uid === null || a.uid === b.uid)
  )
}

/** Why an account is not the one a step was planned for; `undefined` when it is. Pure. */
export function differs(
  item: AccountItem,
  expected: Expected,
): 'identity_changed' | 'account_foreign' | undefined {
  const { started_at, uid, domain, owner } = expected
  // A step that expects nothing would accept everything.
  if (started_at === undefined && domain === undefined) return 'identity_changed'
  if (started_at !== undefined && (item.unix_startdate ?? 0) !== started_at)
    return 'identity_changed'
  if (uid !== undefined && uid !== null && item.uid !== null && item.uid !== uid)
    return 'identity_changed'
  if (domain !== undefined && item.domain.toLowerCase() !== domain.toLowerCase())
    return 'identity_changed'
  return owner !== undefined && (item.owner ?? 'root') !== owner ? 'account_foreign' : undefined
}

function expectation(context: StepContext): Expected {
  return expectedSchema.catch({}).parse(context.step.params.expect)
}

export type Standing =
  | { readonly kind: 'standing'; readonly item: AccountItem }
  | { readonly kind: 'gone' }
  | Extract<BeforeVerdict, { kind: 'stop' | 'unavailable' }>

/** Reads a step's account again, just before the call: the one it was planned for, and none that is protected. */
export async function standing(panel: Panel, context: StepContext): Promise<Standing> {
  const { client, target } = ours(panel)
  const { account } = context.step
  if (isProtected(account, target.user)) return { kind: 'stop', code: 'protected_account' }
  const item = await readItem(client, account)
  if (!item.ok) return { kind: 'unavailable', fault: item.fault }
  if (item.value === null) return { kind: 'gone' }
  const code = differs(item.value, expectation(context))
  return code === undefined ? { kind: 'standing', item: item.value } : { kind: 'stop', code }
}

/** The guard of a step whose account must be there. */
export async function mustStand(
  panel: Panel,
  context: StepContext,
  decide: (item: AccountItem) => BeforeVerdict | Promise<BeforeVerdict>,
): Promise<BeforeVerdict> {
  const found = await standing(panel, context)
  switch (found.kind) {
    case 'standing':
      return decide(found.item)
    case 'gone':
      return { kind: 'stop', code: 'account_not_found' }
    case 'stop':
    case 'unavailable':
      return found
  }
}

/** A goal found true beforehand: of the whole action, or of one step among several. Pure. */
export function trueAlready(context: StepContext): BeforeVerdict {
  return { kind: context.step.params.alone === true ? 'already_so' : 'skip' }
}

/** What tells two reads of an account apart, as far as changes of ours go. Pure. */
export function evidenceOf(item: AccountItem): string {
  return JSON.stringify([
    item.unix_startdate,
    item.uid,
    item.domain,
    item.owner,
    item.plan,
    item.suspended,
    item.suspendreason,
    item.suspendtime,
    item.is_locked,
  ])
}

/** A text the server may have broken or padded. Pure. */
export function oneLine(text: string | null): string {
  return (text ?? '').replaceAll(/\s+/g, ' ').trim()
}

/** Milliseconds by which a server's clock may lag behind ours. */
const SKEW = 10 * 60_000

/** Whether something the server dates in seconds can be this step's doing. Pure. */
export function sinceSent(seconds: number, { step }: StepContext): boolean {
  return step.sent_at !== null && seconds * 1000 >= step.sent_at - SKEW
}

/** What one reading of a step's account shows of the step, once it is that account. */
export type Shows = 'done' | 'absent' | 'changed'

/** Done, or as it was before; anything else is somebody else's change. Pure. */
export function showsChange(isDone: boolean, isAsBefore: boolean): Shows {
  if (isDone) return 'done'
  return isAsBefore ? 'absent' : 'changed'
}

/** Reads a step's account back and says what it shows of the step. */
export async function proveBy(
  panel: Panel,
  context: StepContext,
  shows: (item: AccountItem) => Shows,
): Promise<ProofVerdict> {
  const found = await readItem(ours(panel).client, context.step.account)
  if (!found.ok) return { kind: 'unknown', fault: found.fault }
  if (found.value === null) return { kind: 'absent', evidence: 'no account' }
  const evidence = evidenceOf(found.value)
  if (differs(found.value, expectation(context)) !== undefined)
    return { kind: 'foreign', evidence, code: 'identity_changed' }
  return { kind: shows(found.value), evidence }
}
