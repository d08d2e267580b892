import { isGuardFailed } from '../../db/connect.ts'
import { type Claim, nothingUnanswered } from '../../db/operations.ts'
import type { EngineDeps } from './deps.ts'
import { heldMove } from './moves.ts'

/**
 * Gives an operation back whose runner stops, so that another takes it at once and not when the lease is over. What is
 * on its way to the server stays: its answer may still come, and if not it is read back.
 */
export async function giveBack(
  { db, clock }: Pick<EngineDeps, 'db' | 'clock'>,
  claim: Claim,
): Promise<void> {
  const now = clock.now()
  const free = { owner: null, lease_until: 0 }
  for (const statements of [
    [...heldMove(claim, now, 'given_back', free), ...nothingUnanswered(claim)],
    // A read-back changes nothing: whoever is next begins it anew.
    heldMove(claim, now, 'looked', free),
  ]) {
    try {
      await db.write(statements)
      return
    } catch (error) {
      if (!isGuardFailed(error)) throw error
    }
  }
}
