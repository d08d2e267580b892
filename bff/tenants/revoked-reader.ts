import type { Database } from '../../db/connect.ts'
import { allRevocations, revocationsPruned } from '../../db/revocations.ts'
import type { Revoked } from '../auth/revocation.ts'
import type { Clock } from '../contract/clock.ts'

/** Milliseconds between two prunings of one process. */
const PRUNE_EVERY = 10 * 60_000
/** Milliseconds rows are kept beyond their time, so that a process whose clock is behind still finds them. */
const KEPT = 60_000

export interface ReaderDeps {
  readonly db: Database
  readonly clock: Clock
  report(error: unknown, about: string): void
}

/** How what is revoked is read: and, where it finds rows nobody needs any more, they are removed behind. */
export function revokedReader({ db, clock, report }: ReaderDeps): () => Promise<Revoked> {
  let pruned_at = Number.NEGATIVE_INFINITY
  return async () => {
    const revoked = await allRevocations(db)
    const now = clock.now()
    const isOver = ({ expires_at }: { readonly expires_at: number }) => expires_at + KEPT <= now
    const hasOver = revoked.tokens.some(isOver) || revoked.subjects.some(isOver)
    if (hasOver && now - pruned_at >= PRUNE_EVERY) {
      pruned_at = now
      db.write(revocationsPruned(now - KEPT)).catch((error: unknown) =>
        report(error, 'removing revocations of expired tokens'),
      )
    }
    return revoked
  }
}
