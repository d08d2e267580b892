import { isUniqueConflict } from '../../db/connect.ts'
import { accountAfter } from './account-after.ts'
import { succeededStatements } from './finish.ts'
import { hadEffect } from './last-suspend.ts'
import { fail } from './prepare.ts'
import { endsPlan, recordForDate, statementsForDate } from './schedule.ts'
import { endUnplanned } from './stop.ts'
import { handlerOf, reasonOf, type Turn, warningsOf, writeHeld } from './turn.ts'

/** All steps are done: the record becomes what the operation has made true. */
export async function complete(turn: Turn): Promise<void> {
  const { deps, claim, operation, action } = turn
  const touches = turn.steps.length > 0 || action.needs.length > 0
  const after = touches ? await accountAfter(turn) : null
  const dated = await recordForDate(turn)
  const now = deps.clock.now()
  const unbound = after === undefined && turn.situation.service.identity === null
  if (unbound || dated.kind === 'unreadable') {
    // Without the account there is nothing to bind, or to plan: the steps are done, so only reading is tried again.
    await writeHeld(turn, 'account_unread', {
      owner: null,
      lease_until: 0,
      next_at: now + (deps.timings.proof_after[0] ?? deps.timings.proof_every),
      waiting: JSON.stringify({ code: 'waiting.reading_account' }),
    })
    return
  }
  if (dated.kind === 'changed') return endUnplanned(turn, dated.error)
  const settlement = action.settle(turn.situation, turn.input, after ?? null)
  if (touches && turn.situation.service.identity === null && settlement.change.bind === undefined) {
    // It was there to bind an account: with none bound, a success would be a lie.
    await fail(turn, { code: 'error.account_not_found' })
    return
  }
  const effects = turn.steps
    .filter(hadEffect)
    .map((step) => ({ account: step.account, effect: handlerOf(turn, step).effect }))
  const suspended = effects
    .filter((step) => step.effect === 'suspended')
    .map((step) => step.account)
  const lifted = effects.some((step) => step.effect === 'active')
  try {
    await deps.db.write([
      ...succeededStatements(
        claim,
        operation,
        turn.service,
        settlement,
        after,
        suspended.length > 0 ? suspended : lifted ? null : undefined,
        warningsOf(turn),
        reasonOf(turn.input),
        now,
      ),
      ...endsPlan(turn, settlement.change, now),
      ...statementsForDate(turn, dated, now),
    ])
  } catch (error) {
    if (!isUniqueConflict(error)) throw error
    await fail(turn, { code: 'error.account_conflict' })
  }
}
