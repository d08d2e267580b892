import type { Consequences, PanelFault } from '../providers/provider.ts'
import { notAsPlanned } from './not-begun.ts'
import { againstPlan, plannedAccounts, readAccounts } from './planned-accounts.ts'
import type { Turn } from './turn.ts'

/** Everything is as it was planned, the server could not be asked, or a person was told what is not. */
export type WhenDue =
  | { readonly kind: 'ready'; readonly consequences: Consequences }
  | { readonly kind: 'unanswered'; readonly fault: PanelFault }
  | 'ended'

/**
 * The day has come: everything must still be as it was confirmed and left, or a person looks at it. Nothing is sent
 * here. Looked at again before the first call when time has passed since.
 */
export async function whenDue(turn: Turn): Promise<WhenDue> {
  const { deps, operation, action, panel, situation } = turn
  const due_at = operation.due_at ?? 0
  if (deps.clock.now() - due_at > deps.timings.due_late)
    return notAsPlanned(turn, { code: 'waiting.due_late', params: { due: due_at } })
  const planned = plannedAccounts(operation.planned)
  const found = await readAccounts(
    panel,
    planned.map(({ username }) => username),
  )
  if (!found.ok) return { kind: 'unanswered', fault: found.fault }
  const own = situation.service.identity?.username
  if (own === undefined || !planned.some(({ username }) => username === own))
    return notAsPlanned(turn, {
      code: 'waiting.due_account_gone',
      params: { username: own ?? '–' },
    })
  const known = againstPlan(planned, found.value, [], own)
  if (known !== undefined) return notAsPlanned(turn, known)
  const answer = await action.preview(panel, situation, turn.input)
  if (!answer.ok) return { kind: 'unanswered', fault: answer.fault }
  const more = againstPlan(planned, found.value, answer.value.accounts, own)
  if (more !== undefined) return notAsPlanned(turn, more)
  return { kind: 'ready', consequences: answer.value }
}
