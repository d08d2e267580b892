import type { AccountSnapshot } from '../providers/provider.ts'
import type { Turn } from './turn.ts'

/** The account after the last step; undefined when it cannot be read now. */
export async function accountAfter(turn: Turn): Promise<AccountSnapshot | null | undefined> {
  const named = turn.input.username
  const username =
    turn.situation.service.identity?.username ??
    turn.steps[0]?.account ??
    (typeof named === 'string' ? named : undefined)
  if (username === undefined) return null
  const answer = await turn.panel.account(username)
  return answer.ok ? answer.value : undefined
}
