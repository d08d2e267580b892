import { z } from 'zod'
import { isGuardFailed } from '../../db/connect.ts'
import {
  dueCheckClaimed,
  expiredTakenBack,
  oldestQueuedClaimed,
  quarantinedLocksReleased,
} from '../../db/operations.ts'
import { advance } from './advance.ts'
import type { EngineDeps } from './deps.ts'
import { dueLook } from './due-look.ts'

const claimedSchema = z.object({ id: z.string(), fence: z.number() })

/** The part of the engine that carries operations out. */
export interface Runner {
  /** Looks for work once, and waits until all it found has been taken as far as it goes. */
  tick(): Promise<void>
  /** Claims nothing more and waits for what is under way. */
  stop(): Promise<void>
}

export interface RunnerOptions {
  /** Whether to look for work on a timer; tests drive `tick` instead. */
  readonly automatic: boolean
  /** How many operations at a time in this process; 16 unless told. */
  readonly concurrency?: number
}

/** Starts carrying operations out. Several processes may do so on one database. */
export function startRunner(deps: EngineDeps, options: RunnerOptions): Runner {
  const owner = crypto.randomUUID()
  const concurrency = options.concurrency ?? 16
  const lookForDue = dueLook(deps)
  const underWay = new Set<Promise<void>>()
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  async function claim(): Promise<{ id: string; fence: number } | undefined> {
    const now = deps.clock.now()
    const lease_until = now + deps.timings.lease
    for (const statement of [
      dueCheckClaimed(owner, now, lease_until),
      oldestQueuedClaimed(owner, now, lease_until, deps.timings.writes_per_server),
    ]) {
      const [result] = await deps.db.write([statement])
      const row = result?.rows[0]
      if (row !== undefined) return claimedSchema.parse({ id: row.id, fence: row.fence })
    }
    return undefined
  }

  async function work(id: string, fence: number): Promise<void> {
    try {
      await advance(deps, { id, fence, owner })
    } catch (error) {
      // A lost fence means somebody else goes on with it; anything else is left to the lease.
      if (!isGuardFailed(error)) deps.report(error, `operation ${id}`)
    }
  }

  async function look(): Promise<void> {
    await deps.db.write([
      ...expiredTakenBack(deps.clock.now()),
      quarantinedLocksReleased(deps.clock.now()),
    ])
    await lookForDue()
    while (!stopped && underWay.size < concurrency) {
      const claimed = await claim()
      if (claimed === undefined) return
      const task = work(claimed.id, claimed.fence).finally(() => underWay.delete(task))
      underWay.add(task)
    }
  }

  async function poll(): Promise<void> {
    try {
      await look()
    } catch (error) {
      deps.report(error, 'looking for work')
    }
    if (!stopped) timer = setTimeout(() => void poll(), deps.timings.poll)
  }
  if (options.automatic) void poll()

  return {
    async tick() {
      await look()
      await Promise.all(underWay)
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await Promise.all(underWay)
    },
  }
}
