import type { Consequences } from '../providers/provider.ts'
import { faultWhenDue, notAsPlanned } from './not-begun.ts'
import { againstPlan, plannedAccounts, readAccounts } from './planned-accounts.ts'
import type { Turn } from './turn.ts'

/**
 * The day has come: everything must still be as it was confirmed and left, or a person looks at it. Where the server
 * cannot be asked it is tried again, for a day. Nothing is sent here.
 */
export async function whenDue(
  turn: Turn,
): Promise<{ kind: 'ready'; consequences: Consequences } | 'ended'> {
  const { deps, operation, action, panel, situation } = turn
  const due_at = operation.due_at ?? 0
  if (deps.clock.now() - due_at > deps.timings.due_late)
    return notAsPlanned(turn, { code: 'waiting.due_late', params: { due: due_at } })
  const planned = plannedAccounts(operation.planned)
  const found = await readAccounts(
    panel,
    planned.map(({ username }) => username),
  )
  if (!found.ok) return faultWhenDue(turn, found.fault)
  const own = situation.service.identity?.username
  if (own === undefined || !planned.some(({ username }) => username === own))
    return notAsPlanned(turn, {
      code: 'waiting.due_account_gone',
      params: { username: own ?? '–' },
    })
  const known = againstPlan(planned, found.value, [], own)
  if (known !== undefined) return notAsPlanned(turn, known)
  const answer = await action.preview(panel, situation, turn.input)
  if (!answer.ok) return faultWhenDue(turn, answer.fault)
  const more = againstPlan(planned, found.value, answer.value.accounts, own)
  if (more !== undefined) return notAsPlanned(turn, more)
  return { kind: 'ready', consequences: answer.value }
}
