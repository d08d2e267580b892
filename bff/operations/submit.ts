import { accountsUnlocked } from '../../db/account-locks.ts'
import { isGuardFailed } from '../../db/connect.ts'
import { dayOf, withinCap } from '../../db/daily-use.ts'
import {
  type OperationRow,
  operationById,
  operationByKey,
  operationInserted,
  type StepRow,
  stepsOfOperation,
  unfinishedOperation,
} from '../../db/operations.ts'
import type { Confirmation } from '../contract/action.ts'
import type { Input } from '../contract/dialect.ts'
import { makeId, type TenantId } from '../contract/ids.ts'
import type { ChangeAction } from '../providers/provider.ts'
import type { Caller } from './caller.ts'
import type { ServiceContext } from './context.ts'
import { type Allowance, allowancesOf, countOf, tooMany } from './daily-caps.ts'
import type { EngineDeps } from './deps.ts'
import { inputDocument, splitDigest } from './digest.ts'
import { logStatements } from './log.ts'
import { personMove } from './moves.ts'
import { cancelsPlanned } from './plan.ts'
import { admit, capReached, type Refusal, refusal } from './preview.ts'
import { retryAllowed } from './retry-rule.ts'
import { planEnds } from './schedule.ts'
import { sealSecrets, splitSecrets } from './secrets.ts'

export interface Submission {
  readonly service: string
  readonly action: string
  readonly input: Input
  readonly confirmation: Confirmation | undefined
  /** One per gesture of a person. */
  readonly key: string
}

export interface Accepted {
  readonly kind: 'accepted'
  readonly operation: OperationRow
  readonly steps: readonly StepRow[]
}

async function accepted(deps: EngineDeps, operation: OperationRow): Promise<Accepted> {
  return { kind: 'accepted', operation, steps: await stepsOfOperation(deps.db, operation) }
}

/** What a person must have confirmed before this action is taken. Pure but for the clock. */
export function confirmationRefused(
  action: ChangeAction,
  context: ServiceContext,
  confirmation: Confirmation | undefined,
  now: number,
): Refusal | undefined {
  if (action.danger === 'none' && !action.confirmation.preview) return undefined
  if (confirmation === undefined) return refusal('preview_required')
  const digest = splitDigest(confirmation.digest)
  if (digest === undefined) return refusal('confirmation_mismatch')
  if (digest.expires_at <= now) return refusal('preview_outdated')
  if (action.confirmation.domain) {
    const domain = context.situation.service.domain ?? context.situation.snapshot?.domain
    if (domain === undefined || confirmation.domain?.trim().toLowerCase() !== domain.toLowerCase())
      return refusal('confirmation_mismatch', {
        faults: [{ pointer: '/confirmation/domain', code: 'const', params: {} }],
      })
  }
  return undefined
}

/**
 * Writes an operation down and returns at once; never calls the server (DESIGN §4.3). The same key gives the same
 * operation, whatever its state now; a second submit for the service gets the one that is running.
 */
export async function submit(
  deps: EngineDeps,
  caller: Caller,
  submission: Submission,
): Promise<Accepted | Refusal> {
  const { tenant } = caller
  if (!caller.allows(`actions:${submission.action}`))
    return refusal('insufficient_scope', { scope: `actions:${submission.action}` })
  const document = `input:${inputDocument(tenant, submission.service, submission.action, submission.input)}`
  const repeated = await operationByKey(deps.db, tenant, caller.subject, submission.key)
  if (repeated !== undefined) {
    return deps.matches(document, repeated.fingerprint)
      ? accepted(deps, repeated)
      : refusal('key_reused')
  }
  const running = await unfinishedOperation(deps.db, tenant, submission.service)
  const replaces =
    running !== undefined && running.action === submission.action
      ? await unprovableToReplace(deps, running)
      : undefined
  const admitted = await admit(
    deps,
    caller,
    submission.service,
    submission.action,
    submission.input,
  )
  // What is wrong with the request itself is said before what is in its way.
  const itself = [
    'input_invalid',
    'insufficient_scope',
    'insufficient_user_authentication',
    'not_found',
  ]
  if (admitted.kind === 'problem' && itself.includes(admitted.code)) return admitted
  if (running !== undefined && replaces === undefined)
    return refusal('operation_running', { operation: running })
  if (admitted.kind === 'problem') return admitted
  const { action, context } = admitted
  if (action.kind !== 'change' || context.configuration === undefined) return refusal('not_found')
  const now = deps.clock.now()
  const refused = confirmationRefused(action, context, submission.confirmation, now)
  if (refused !== undefined) return refused

  return insertOperation(deps, caller, submission, action, context, document, replaces)
}

/** An operation whose outcome nobody can read back, and whose time to be typed again has come. */
async function unprovableToReplace(
  deps: EngineDeps,
  running: OperationRow,
): Promise<OperationRow | undefined> {
  const steps = await stepsOfOperation(deps.db, running)
  const unprovable = steps.some(
    (step) => step.state === 'uncertain' && deps.provider.steps[step.name]?.proof === 'never',
  )
  return unprovable && retryAllowed(running, steps, deps.clock.now()) ? running : undefined
}

/** @param document what is compared when the same key comes again */
export async function insertOperation(
  deps: EngineDeps,
  caller: Caller,
  submission: Submission,
  action: ChangeAction,
  context: ServiceContext,
  document: string,
  retried: OperationRow | undefined,
): Promise<Accepted | Refusal> {
  const { tenant } = caller
  const { service, configuration } = context
  if (configuration === undefined) return refusal('action_blocked')
  const now = deps.clock.now()
  const id = makeId('op', now)
  const counts = countOf(
    action,
    context.situation,
    submission.input,
    submission.confirmation?.accounts,
  )
  const allowance = await allowanceOf(deps, tenant, action, now)
  const capped = overCap(allowance, counts)
  if (capped !== undefined) return capped
  const { open, secrets } = splitSecrets(action.form(context.situation), submission.input)
  const insert = operationInserted({
    id,
    tenant,
    service: service.id,
    action: action.name,
    configuration: configuration.id,
    server: configuration.server,
    state: 'queued',
    created_at: now,
    actor: JSON.stringify(caller.actor),
    subject: caller.subject,
    idempotency_key: submission.key,
    fingerprint: await deps.hmac(document),
    input: JSON.stringify(open),
    secrets: await sealSecrets(deps, tenant, id, secrets),
    confirmation:
      submission.confirmation === undefined ? null : JSON.stringify(submission.confirmation),
    retry_of: retried?.id ?? null,
    meanwhile: action.schedule?.(submission.input)?.meanwhile ?? null,
    counted: action.counts ?? null,
    counts,
  })
  const resolvesOld =
    retried === undefined || retried.state !== 'attention'
      ? []
      : [
          ...personMove(tenant, retried.id, 'retried', {
            finished_at: now,
            verdict: JSON.stringify({ verdict: 'retried', by: caller.actor }),
            waiting: null,
            secrets: null,
          }),
          accountsUnlocked(retried),
          ...logStatements({ ...retried, actor: JSON.stringify(caller.actor) }, now, 'info', {
            code: 'log.operation.retried',
            params: { action: retried.action },
          }),
        ]
  try {
    await deps.db.write([
      ...resolvesOld,
      insert,
      ...(action.counts === undefined || allowance === undefined || allowance.cap === null
        ? []
        : withinCap(tenant, dayOf(now), action.counts, allowance.cap)),
      ...(cancelsPlanned(action)
        ? planEnds(tenant, service.id, { id, action: action.name }, caller.actor, now)
        : []),
    ])
  } catch (error) {
    // Somebody else has retried or resolved it, or used the day up, in between: what is there now is the answer.
    if (!isGuardFailed(error)) throw error
  }
  const inserted = await operationById(deps.db, tenant, id)
  if (inserted !== undefined) {
    deps.queued?.()
    return accepted(deps, inserted)
  }
  const same = await operationByKey(deps.db, tenant, caller.subject, submission.key)
  if (same !== undefined)
    return deps.matches(document, same.fingerprint) ? accepted(deps, same) : refusal('key_reused')
  const other = await unfinishedOperation(deps.db, tenant, service.id)
  if (other !== undefined) return refusal('operation_running', { operation: other })
  const left = await allowanceOf(deps, tenant, action, now)
  return overCap(left, counts) ?? refusal('not_possible_now')
}

/** What is left of the day for such an action; `undefined` where no cap is about it. */
async function allowanceOf(
  { db }: EngineDeps,
  tenant: TenantId,
  { counts }: ChangeAction,
  now: number,
): Promise<Allowance | undefined> {
  return counts === undefined ? undefined : (await allowancesOf(db, tenant, now))[counts]
}

/** That the day has no room for so many more; `undefined` where it has. Pure. */
function overCap(allowance: Allowance | undefined, count: number): Refusal | undefined {
  if (allowance === undefined) return undefined
  const message = tooMany(allowance, count)
  return message === undefined ? undefined : capReached(message, allowance.resets_at)
}
