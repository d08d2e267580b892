import type { OperationRow } from '../../db/operations.ts'
import type { StepUpNeed } from '../auth/step-up.ts'
import { checkInput, type Input, type InputFault } from '../contract/dialect.ts'
import type { TenantId } from '../contract/ids.ts'
import type { ProblemCode } from '../contract/problem.ts'
import type { Scope } from '../contract/scopes.ts'
import type { Message } from '../contract/text.ts'
import type { ActionDefinition, ChangeAction, Consequences } from '../providers/provider.ts'
import type { Caller } from './caller.ts'
import { type ServiceContext, serviceContext } from './context.ts'
import type { EngineDeps } from './deps.ts'
import { joinDigest, previewDocument, splitDigest } from './digest.ts'
import { obstacleTo, reachedAccounts } from './others-accounts.ts'
import { availabilityOf } from './policy.ts'

/** Why a request is refused, before it is put into words. */
export interface Refusal {
  readonly kind: 'problem'
  readonly code: ProblemCode
  readonly message?: Message
  readonly faults?: readonly InputFault[]
  readonly operation?: OperationRow
  /** What the login behind the token lacks (RFC 9470). */
  readonly step_up?: StepUpNeed
  /** When it may be asked for again, in milliseconds. */
  readonly retry_at?: number
  /** Beside `insufficient_scope`: the one that would do. */
  readonly scope?: Scope
}

export function refusal(code: ProblemCode, more: Omit<Refusal, 'kind' | 'code'> = {}): Refusal {
  return { kind: 'problem', code, ...more }
}

/** Why the login behind the caller's token does not do for an action; undefined where it does. */
export function stepUpRefused(caller: Caller, action: string): Refusal | undefined {
  const need = caller.stepUp(action)
  return need === undefined
    ? undefined
    : refusal('insufficient_user_authentication', { step_up: need })
}

/** That a cap of the day stands in the way. */
export function capReached(message: Message, until: number | undefined): Refusal {
  return refusal('daily_cap', { message, ...(until === undefined ? {} : { retry_at: until }) })
}

/** An action this caller may use on this service now, with an input that is good. */
export interface Admitted {
  readonly kind: 'admitted'
  readonly action: ActionDefinition
  readonly context: ServiceContext
}

/**
 * The checks every use of an action passes: scope, service, login, availability, input. An action outside the grant's
 * scopes is not known to the caller, so a missing scope is answered before anything else is looked at; and who has yet
 * to prove who they are is told nothing else of it.
 *
 * @param again the rest of a half-done operation is asked for: that its goal is partly true is no obstacle
 */
export async function admit(
  deps: EngineDeps,
  caller: Caller,
  service: string,
  name: string,
  input: Input,
  again = false,
): Promise<Admitted | Refusal> {
  if (!caller.allows(`actions:${name}`))
    return refusal('insufficient_scope', { scope: `actions:${name}` })
  const context = await serviceContext(deps, caller.tenant, service, caller.role)
  const action = deps.provider.actions.find((candidate) => candidate.name === name)
  if (context === undefined || action === undefined) return refusal('not_found')
  const stale = stepUpRefused(caller, name)
  if (stale !== undefined) return stale
  const { situation, around } = context
  const faults = checkInput(action.form(situation), input)
  if (faults.length > 0) return refusal('input_invalid', { faults })
  const more = action.check?.(situation, input) ?? []
  if (more.length > 0) return refusal('input_invalid', { faults: more })
  if (!again && action.kind === 'change' && action.alreadySo(situation, input))
    return refusal('already_so')
  const availability = availabilityOf(
    // What is half done has changed the very state the action is judged by.
    again ? { ...action, judge: () => ({ kind: 'available' }) } : action,
    deps.provider,
    situation,
    around,
  )
  if (availability.kind === 'not_applicable')
    return refusal('action_blocked', { message: { code: 'reason.not_applicable' } })
  if (availability.kind === 'blocked') {
    const [first] = availability.reasons
    if (first?.code === 'reason.daily_cap') return capReached(first, first.until)
    return refusal('action_blocked', first === undefined ? {} : { message: first })
  }
  if (action.kind === 'change' && action.extra_scope !== undefined) {
    const reaches = action.cascades === undefined || action.cascades(situation, input)
    if (reaches && !caller.allows(action.extra_scope))
      return refusal('insufficient_scope', { scope: action.extra_scope })
  }
  return { kind: 'admitted', action, context }
}

/** The digest a person confirms: what was shown, signed, with the end of its life. */
export async function digestOf(
  deps: EngineDeps,
  expires_at: number,
  tenant: TenantId,
  service: string,
  action: string,
  input: Input,
  consequences: Consequences,
): Promise<string> {
  const signed = digested(expires_at, tenant, service, action, input, consequences)
  return joinDigest(expires_at, await deps.hmac(signed))
}

function digested(expires_at: number, ...shown: Parameters<typeof previewDocument>): string {
  return `preview:${expires_at}:${previewDocument(...shown)}`
}

/** Whether a confirmed digest still says what is true now, whatever its age. */
export function digestMatches(
  deps: Pick<EngineDeps, 'matches'>,
  digest: string,
  tenant: TenantId,
  service: string,
  action: string,
  input: Input,
  consequences: Consequences,
): boolean {
  const parts = splitDigest(digest)
  if (parts === undefined) return false
  const { expires_at, signature } = parts
  return deps.matches(digested(expires_at, tenant, service, action, input, consequences), signature)
}

export interface Previewed {
  readonly kind: 'previewed'
  readonly digest: string
  readonly expires_at: number
  readonly consequences: Consequences
}

/** Asks the server what an action would do now (DESIGN §4.2). Changes nothing. */
export async function preview(
  deps: EngineDeps,
  caller: Caller,
  service: string,
  name: string,
  input: Input,
): Promise<Previewed | Refusal> {
  const admitted = await admit(deps, caller, service, name, input)
  if (admitted.kind === 'problem') return admitted
  const { action, context } = admitted
  if (action.kind !== 'change') return refusal('not_found')
  const read = await consequencesOf(deps, caller.tenant, action, context, input)
  if (read.kind === 'problem') return read
  const expires_at = deps.clock.now() + deps.timings.preview_life
  return {
    kind: 'previewed',
    digest: await digestOf(
      deps,
      expires_at,
      caller.tenant,
      service,
      name,
      input,
      read.consequences,
    ),
    expires_at,
    consequences: read.consequences,
  }
}

/** What an action would do, or why the server could not say. */
export async function consequencesOf(
  deps: EngineDeps,
  tenant: TenantId,
  action: ChangeAction,
  context: Pick<ServiceContext, 'configuration' | 'situation' | 'service'>,
  input: Input,
): Promise<{ kind: 'read'; consequences: Consequences } | Refusal> {
  if (context.configuration === undefined) return refusal('action_blocked')
  const panel = await deps.panelOf(tenant, context.configuration.id)
  if (!panel.ok)
    return refusal('server_unreachable', { message: { code: `error.${panel.fault.code}` } })
  const answer = await action.preview(panel.value, context.situation, input)
  if (answer.ok) return reachable(deps, tenant, action, context, input, answer.value)
  const { fault } = answer
  return refusal(fault.transport ? 'server_unreachable' : 'not_possible_now', {
    message: {
      code: `error.${fault.code}`,
      ...(fault.params === undefined ? {} : { params: fault.params }),
    },
  })
}

/** What is listed can be confirmed only if nothing of it is somebody else's, or being worked on. */
async function reachable(
  deps: EngineDeps,
  tenant: TenantId,
  action: ChangeAction,
  {
    configuration,
    situation,
    service,
  }: Pick<ServiceContext, 'configuration' | 'situation' | 'service'>,
  input: Input,
  consequences: Consequences,
): Promise<{ kind: 'read'; consequences: Consequences } | Refusal> {
  const server = service.server ?? configuration?.server
  const reached = reachedAccounts(action, situation, input, consequences)
  if (server === undefined || reached.length === 0) return { kind: 'read', consequences }
  const binding = action.binds !== undefined
  const obstacle = await obstacleTo(
    deps.db,
    { tenant, service: service.id, server },
    reached,
    binding,
  )
  switch (obstacle.kind) {
    case 'free':
      return { kind: 'read', consequences }
    case 'bound':
      return refusal('not_possible_now', {
        message: { code: 'error.account_bound', params: { username: obstacle.username } },
      })
    case 'busy':
      return refusal('not_possible_now', {
        message: { code: 'reason.account_busy', params: { username: obstacle.username } },
      })
  }
}
