import { accountsLocked, holdersOf } from '../../db/account-locks.ts'
import { isGuardFailed } from '../../db/connect.ts'
import { operationById, type StepRow, stepInserted, stepsOfOperation } from '../../db/operations.ts'
import { confirmationSchema } from '../contract/action.ts'
import type { Message } from '../contract/text.ts'
import type { Consequences, PanelFault, PlannedStep } from '../providers/provider.ts'
import { failedStatements } from './finish.ts'
import { faultWhenDue, putOff, refusedWhenDue } from './not-begun.ts'
import { obstacleTo } from './others-accounts.ts'
import { awaitsDay } from './plan.ts'
import { digestMatches } from './preview.ts'
import { keptForDate } from './schedule.ts'
import { openSecrets, sealSecrets } from './secrets.ts'
import { isPassing, waitForServer } from './silent-server.ts'
import { reasonOf, type Turn, writeHeld } from './turn.ts'
import { whenDue } from './when-due.ts'

export async function fail(turn: Turn, error: Message): Promise<'ended'> {
  const { deps, claim, operation, input } = turn
  // On its day a person is told why it did not begin; that it is done already is an end.
  if (awaitsDay(operation) && error.code !== 'error.already_so') return refusedWhenDue(turn, error)
  await deps.db.write(
    failedStatements(claim, operation, error, [], reasonOf(input), deps.clock.now()),
  )
  return 'ended'
}

/** The server could not be asked: waits for it where that may help, and ends the operation where not. */
export async function unanswered(turn: Turn, fault: PanelFault): Promise<'ended' | 'waiting'> {
  if (awaitsDay(turn.operation)) return faultWhenDue(turn, fault)
  if (!isPassing(fault))
    return fail(turn, {
      code: `error.${fault.code}`,
      ...(fault.params === undefined ? {} : { params: fault.params }),
    })
  return (await waitForServer(turn, fault)) === 'waiting'
    ? 'waiting'
    : fail(turn, { code: 'error.server_unreachable' })
}

/** Reads the account again: nothing is sent on the strength of a snapshot. */
export async function refreshSituation(turn: Turn): Promise<'ready' | 'ended' | 'waiting'> {
  const { identity } = turn.situation.service
  if (identity === null || turn.action.needs.length === 0) return 'ready'
  const answer = await turn.panel.account(identity.username)
  if (!answer.ok) return unanswered(turn, answer.fault)
  turn.situation = {
    ...turn.situation,
    now: turn.deps.clock.now(),
    snapshot: answer.value ?? undefined,
    service: {
      ...turn.situation.service,
      state:
        answer.value === null
          ? turn.situation.service.state
          : answer.value.suspended
            ? 'suspended'
            : 'active',
    },
  }
  return 'ready'
}

/** What was confirmed must still be what would happen. */
async function confirmedConsequences(
  turn: Turn,
): Promise<{ kind: 'ready'; consequences: Consequences | undefined } | 'ended' | 'waiting'> {
  const { deps, operation, action, panel } = turn
  if (operation.confirmation === null) return { kind: 'ready', consequences: undefined }
  const confirmation = confirmationSchema.parse(JSON.parse(operation.confirmation))
  const answer = await action.preview(panel, turn.situation, turn.input)
  if (!answer.ok) return unanswered(turn, answer.fault)
  const consequences = answer.value
  const same = digestMatches(
    deps,
    confirmation.digest,
    operation.tenant,
    operation.service,
    operation.action,
    turn.input,
    consequences,
  )
  const names = (list: readonly string[]) => [...list].sort().join(' ')
  const reaches = action.confirmation.accounts && consequences.accounts.length > 1
  const listed =
    !reaches ||
    names(confirmation.accounts ?? []) === names(consequences.accounts.map((a) => a.username))
  if (!same || !listed) {
    await fail(turn, { code: 'error.preview_outdated' })
    return 'ended'
  }
  return { kind: 'ready', consequences }
}

async function waitForAccounts(turn: Turn): Promise<'ended' | 'waiting'> {
  const { deps, operation } = turn
  if (awaitsDay(operation)) return putOff(turn)
  const now = deps.clock.now()
  const since = operation.waiting_since ?? now
  if (now - since >= deps.timings.busy_limit) return fail(turn, { code: 'error.account_busy' })
  await writeHeld(turn, 'account_busy', {
    owner: null,
    lease_until: 0,
    waiting_since: since,
    next_at: now + deps.timings.busy_every,
    waiting: JSON.stringify({ code: 'waiting.account_busy' }),
  })
  return 'waiting'
}

/**
 * Fixes everything that was left open, checks once more what was confirmed, writes the steps down and takes the locks
 * of all their accounts in one write, or none.
 */
export async function prepareTurn(turn: Turn): Promise<'ready' | 'ended' | 'waiting'> {
  const { deps, operation, action, panel } = turn
  const read = await refreshSituation(turn)
  if (read !== 'ready') return read
  const first = operation.retry_of === null
  if (first && action.alreadySo(turn.situation, turn.input))
    return fail(turn, { code: 'error.already_so' })
  const due = awaitsDay(operation) ? await whenDue(turn) : undefined
  if (due === 'ended') return 'ended'
  if (due?.kind === 'unanswered') return faultWhenDue(turn, due.fault)
  const judged = action.judge(turn.situation)
  if (first && judged.kind !== 'available') {
    const reason = judged.kind === 'blocked' ? judged.reasons[0] : undefined
    return fail(turn, {
      code: reason?.code ?? 'reason.not_applicable',
      ...(reason?.params === undefined ? {} : { params: reason.params }),
    })
  }
  const confirmed = due ?? (await confirmedConsequences(turn))
  if (typeof confirmed === 'string') return confirmed

  let secrets = await openSecrets(deps, operation.tenant, operation.id, operation.secrets)
  if (secrets === undefined) return fail(turn, { code: 'error.secrets_unreadable' })
  if (action.prepare !== undefined) {
    const answer = await action.prepare(panel, turn.situation, turn.input, secrets)
    if (!answer.ok) return unanswered(turn, answer.fault)
    turn.input = answer.value.input
    secrets = answer.value.secrets
  }
  const planned = action.plan(turn.situation, turn.input, confirmed.consequences)
  const binds = action.binds?.(turn.input)
  const accounts = [
    ...new Set([
      ...planned.map((step) => step.account),
      ...(binds === undefined ? [] : [binds]),
      ...(turn.situation.service.identity === null
        ? []
        : [turn.situation.service.identity.username]),
    ]),
  ]
  for (const account of accounts) {
    if (deps.provider.isProtected(account, turn.situation.api_user))
      return fail(turn, { code: 'error.protected_account' })
  }
  const obstacle = await obstacleTo(deps.db, operation, accounts, binds !== undefined)
  if (obstacle.kind === 'bound')
    return fail(turn, { code: 'error.account_bound', params: { username: obstacle.username } })
  if (obstacle.kind === 'busy') return waitForAccounts(turn)
  const before = await triedBefore(turn, planned)
  try {
    await writeHeld(
      turn,
      'prepared',
      {
        prepared: true,
        ...keptForDate(turn, confirmed.consequences?.accounts),
        input: JSON.stringify(turn.input),
        secrets: await sealSecrets(deps, operation.tenant, operation.id, secrets),
        waiting: null,
        waiting_since: null,
      },
      [
        ...accountsLocked(operation.server, accounts, operation, deps.clock.now()),
        ...planned.map((step, seq) =>
          stepInserted(operation, {
            seq,
            name: step.name,
            account: step.account,
            params: JSON.stringify(step.params),
            ...before[seq],
          }),
        ),
      ],
    )
  } catch (error) {
    if (!isGuardFailed(error)) throw error
    const now = await operationById(deps.db, operation.tenant, operation.id)
    const holders = await holdersOf(deps.db, operation.server, accounts)
    const busy = holders.some((holder) => holder.operation !== operation.id)
    if (now?.fence !== turn.claim.fence || !busy) throw error
    return waitForAccounts(turn)
  }
  return 'ready'
}

/** How a step of an operation begins. */
type Beginning = Pick<Parameters<typeof stepInserted>[1], 'state'> &
  Partial<Pick<StepRow, 'finished_at' | 'attempt' | 'first_sent_at' | 'before'>>

/**
 * How planned steps begin after an earlier try of theirs: what it has carried out is skipped, and what it never knew the
 * outcome of counts as sent before, so that its late success is recognised.
 */
async function triedBefore(turn: Turn, planned: readonly PlannedStep[]): Promise<Beginning[]> {
  const { tenant, retry_of } = turn.operation
  const old =
    retry_of === null ? [] : await stepsOfOperation(turn.deps.db, { tenant, id: retry_of })
  return planned.map(({ name, account }) => {
    const tried = old.find((step) => step.name === name && step.account === account)
    // What was never reached is skipped too, but not finished.
    if (tried?.finished_at && (tried.state === 'succeeded' || tried.state === 'skipped'))
      return { state: 'skipped', finished_at: tried.finished_at, attempt: tried.attempt }
    return tried?.state === 'uncertain' && turn.deps.provider.steps[name]?.proof !== 'never'
      ? {
          state: 'pending',
          attempt: 1,
          first_sent_at: tried.first_sent_at,
          before: tried.before,
        }
      : { state: 'pending' }
  })
}
