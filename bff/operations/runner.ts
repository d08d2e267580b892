import { z } from 'zod'
import { claimsSelected, dueCheckClaimed, queuedClaimed } from '../../db/claims.ts'
import { isGuardFailed } from '../../db/connect.ts'
import { type Claim, expiredTakenBack, quarantinedLocksReleased } from '../../db/operations.ts'
import type { TenantId } from '../contract/ids.ts'
import { advance } from './advance.ts'
import type { EngineDeps } from './deps.ts'
import { dueLook } from './due-look.ts'
import { giveBack } from './give-back.ts'
import { type Kind, type Room, roomFor, type UnderWay } from './room.ts'
import { stuckLook } from './stuck.ts'

const claimedSchema = z.array(
  z.object({
    // Of the row that was claimed: never anything a request has said.
    tenant: z.custom<TenantId>((value) => typeof value === 'string'),
    id: z.string(),
    owner: z.string(),
    fence: z.number(),
    state: z.enum(['leased', 'checking']),
    server: z.string(),
  }),
)
type Claimed = z.infer<typeof claimedSchema>

/** The part of the engine that carries operations out. */
export interface Runner {
  /** Looks for work once, and waits until all it found has been taken as far as it goes. */
  tick(): Promise<void>
  /** Tells that there may be work: it is looked for now and not at the next poll. */
  nudge(): void
  /** Claims nothing more, gives back what nothing was sent for, and waits for the calls that are under way. */
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
  const process = crypto.randomUUID()
  const concurrency = options.concurrency ?? 16
  const lookForDue = dueLook(deps)
  const lookForStuck = stuckLook(deps)
  const { db } = deps
  // Longer than others: what was sent must not be read back for want of an answer of our own database.
  const patient = { ...deps, db: db.withPatience(deps.timings.write_patience) }
  const serverless = deps.provider.actions
    .filter(({ kind, needs }) => kind === 'change' && needs.length === 0)
    .map(({ name }) => name)
  const underWay = new Map<Promise<void>, UnderWay>()
  const held = new Set<Claim>()
  let claims = 0
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> | undefined
  let polling: Promise<void> = Promise.resolve()
  let nudged = false

  /** Takes what is due to be read back and what may start: at most one of each. */
  async function claim(room: Room): Promise<Claimed> {
    const now = deps.clock.now()
    const lease_until = now + deps.timings.lease
    claims += 1
    // An owner of each claim's own: what it took can be asked for although its answer was lost.
    const check = { owner: `${process}.${claims}c`, now, lease_until }
    const queued = { owner: `${process}.${claims}q`, now, lease_until }
    const results = await db.write([
      ...(room.check === 'none' ? [] : [dueCheckClaimed({ ...check, passed: room.check })]),
      ...(room.queued === 'none'
        ? []
        : queuedClaimed(
            { ...queued, passed: room.queued },
            deps.timings.writes_per_server,
            serverless,
          )),
      claimsSelected([check.owner, queued.owner]),
    ])
    return claimedSchema.parse(results.at(-1)?.rows)
  }

  async function work(claim: Claim): Promise<void> {
    held.add(claim)
    try {
      await (stopped ? giveBack(deps, claim) : advance(patient, claim, () => stopped))
    } catch (error) {
      // A lost fence means somebody else goes on with it; anything else is left to the lease.
      if (!isGuardFailed(error)) deps.report(error, `operation ${claim.id}`)
    } finally {
      held.delete(claim)
    }
  }

  function begin({ tenant, id, owner, fence, state, server }: Claimed[number]): Kind {
    const kind = state === 'checking' ? 'check' : 'queued'
    const task = work({ tenant, id, owner, fence }).finally(() => {
      underWay.delete(task)
      nudge()
    })
    underWay.set(task, { kind, server })
    return kind
  }

  /** Claims until there is no room or no work. */
  async function claimAll(): Promise<void> {
    const tried = new Set<string>()
    const dry = new Set<Kind>()
    while (!stopped) {
      const silent = deps.lines.silent()
      const room = roomFor(
        underWay.values(),
        silent,
        { dry, tried },
        concurrency,
        deps.timings,
        deps.clock.now(),
      )
      if (room.check === 'none' && room.queued === 'none') return
      const claimed = await claim(room)
      const kinds = new Set(claimed.map(begin))
      for (const kind of ['check', 'queued'] as const)
        if (room[kind] !== 'none' && !kinds.has(kind)) dry.add(kind)
      for (const { server } of claimed)
        if (silent.some((one) => one.server === server)) tried.add(server)
    }
  }

  /** One at a time: two would each count the places the other is about to fill. */
  async function look(): Promise<void> {
    while (looking !== undefined) await looking.catch(() => undefined)
    looking = claimAll().finally(() => {
      looking = undefined
    })
    await looking
  }

  async function sweepAndLook(): Promise<void> {
    await db.write([
      ...expiredTakenBack(deps.clock.now()),
      quarantinedLocksReleased(deps.clock.now()),
    ])
    await lookForDue()
    await lookForStuck()
    await look()
  }

  const telling = (error: unknown) => deps.report(error, 'looking for work')

  async function poll(): Promise<void> {
    polling = sweepAndLook().catch(telling)
    await polling
    if (stopped) return
    timer = setTimeout(() => void poll(), deps.timings.poll)
    void lookNudged()
  }
  if (options.automatic) void poll()

  async function lookNudged(): Promise<void> {
    while (nudged && !stopped) {
      nudged = false
      await look().catch(telling)
    }
  }

  function nudge(): void {
    if (!options.automatic || stopped) return
    nudged = true
    if (looking === undefined) void lookNudged()
  }

  return {
    async tick() {
      await sweepAndLook()
      await Promise.all(underWay.keys())
    },
    nudge,
    async stop() {
      stopped = true
      clearTimeout(timer)
      const giving = [...held].map((claim) =>
        giveBack(deps, claim).catch((error: unknown) =>
          deps.report(error, `operation ${claim.id} could not be given back`),
        ),
      )
      await polling
      // Its failure is told to whoever looked.
      await looking?.catch(() => undefined)
      await Promise.all([...giving, ...underWay.keys()])
    },
  }
}
