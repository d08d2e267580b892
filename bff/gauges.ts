import { unfinishedCounts } from '../db/unfinished.ts'
import type { FailureBrake } from './auth/failure-brake.ts'
import type { Gauges } from './http/metrics.ts'
import type { EngineDeps } from './operations/deps.ts'
import type { Feed } from './operations/feed.ts'

/** How this process and its database are at this moment, for its metrics. */
export async function gaugesOf(
  { db, clock, lines }: Pick<EngineDeps, 'db' | 'clock' | 'lines'>,
  feed: Pick<Feed, 'streams'>,
  brake: Pick<FailureBrake, 'counts'>,
): Promise<Gauges> {
  const counts = await unfinishedCounts(db)
  const queued = counts.find(({ state }) => state === 'queued')
  const waited = queued === undefined ? 0 : clock.now() - queued.oldest
  return {
    operations: counts,
    oldest_queued: Math.max(0, waited / 1000),
    silent_servers: lines.silent().length,
    streams: feed.streams,
    tokens: brake.counts,
  }
}
