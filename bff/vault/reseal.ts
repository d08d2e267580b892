import { setTimeout as wait } from 'node:timers/promises'
import type { Database } from '../../db/connect.ts'
import { isGuardFailed } from '../../db/connect.ts'
import { type JobClaim, jobClaimed, jobKept, jobLeft } from '../../db/job-leases.ts'
import { resealed, type SealedColumn, type SealedRow } from '../../db/sealed.ts'
import type { Clock } from '../contract/clock.ts'
import { keyOf, placeOf, sealedValues } from './inventory.ts'
import { SealBroken } from './seal.ts'
import type { Vault } from './vault.ts'

/** How values are sealed anew, in milliseconds. */
export interface ResealTimings {
  /** How long a process may say nothing before another takes the job over. */
  readonly reseal_lease: number
  /** Between two batches in the background, so that the database has room for others. */
  readonly reseal_pause: number
  /** How often it is looked whether anything was sealed with a previous key again, by a process that still has it in front. */
  readonly reseal_every: number
}

export interface ResealDeps {
  readonly db: Database
  readonly clock: Clock
  readonly vault: Vault
  readonly timings: ResealTimings
  /** Told of what went wrong where no caller can be told. */
  report(error: unknown, about: string): void
}

/** What one walk came to. `elsewhere`: another process is at it. */
export type Resealed =
  | { readonly kind: 'done'; readonly resealed: number; readonly unreadable: number }
  | { readonly kind: 'elsewhere' }
  /** It was told to stop, or another process has taken over; what was sealed anew stays so. */
  | { readonly kind: 'stopped' }

const JOB = 'reseal'
/** Values that are sealed anew in one write. */
const BATCH = 50

export interface ResealOptions {
  /** Milliseconds between two batches; none unless told. */
  readonly pause?: number
  readonly signal?: AbortSignal
}

/** Whether anything is sealed with a key that is not the current one. Takes no lease and writes nothing. */
export async function needsResealing({ db, vault }: ResealDeps): Promise<boolean> {
  if (vault.keys.all.length === 1) return false
  for await (const { rows } of sealedValues(db))
    if (rows.some(({ sealed }) => isOld(vault, sealed))) return true
  return false
}

/** What no key of the ring opens stays as it is. */
function isOld(vault: Vault, sealed: string): boolean {
  const key = keyOf(vault, sealed)
  return key !== undefined && key !== vault.keys.current && vault.keys.all.includes(key)
}

async function sealedAnew(vault: Vault, column: SealedColumn, row: SealedRow) {
  const place = placeOf(column, row)
  try {
    return await vault.seal(place, await vault.open(place, row.sealed))
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
    return undefined
  }
}

/**
 * Seals everything with the current key that a previous one has sealed. Every value is replaced only where the one that
 * was read still stands, so a newer value is never lost, and what was done before a process dies stays done: the next walk
 * finds the rest. One process at a time does it, under a lease it renews with every batch.
 */
export async function reseal(deps: ResealDeps, options: ResealOptions = {}): Promise<Resealed> {
  const { db, clock, timings } = deps
  const claim = await jobClaimed(db, JOB, crypto.randomUUID(), clock.now(), timings.reseal_lease)
  if (claim === undefined) return { kind: 'elsewhere' }
  try {
    return await walk(deps, claim, options)
  } catch (error) {
    // Too slow for its lease: another process goes on.
    if (isGuardFailed(error)) return { kind: 'stopped' }
    throw error
  } finally {
    await db.write([jobLeft(claim)])
  }
}

async function walk(
  { db, clock, vault, timings }: ResealDeps,
  claim: JobClaim,
  { pause = 0, signal }: ResealOptions,
): Promise<Resealed> {
  let done = 0
  let unreadable = 0
  for await (const { column, rows } of sealedValues(db, BATCH)) {
    if (signal?.aborted === true) return { kind: 'stopped' }
    const anew = []
    for (const row of rows.filter(({ sealed }) => isOld(vault, sealed))) {
      const sealed = await sealedAnew(vault, column, row)
      if (sealed === undefined) unreadable += 1
      else anew.push(resealed(column, row, sealed))
    }
    if (anew.length === 0) continue
    await db.write([...jobKept(claim, clock.now() + timings.reseal_lease), ...anew])
    done += anew.length
    if (pause > 0) await wait(pause, undefined, { signal }).catch(() => undefined)
  }
  return { kind: 'done', resealed: done, unreadable }
}

/** Seals values anew behind everything else. */
export interface Resealer {
  /** Looks once, and seals anew what a previous key has sealed. */
  tick(): Promise<Resealed | { readonly kind: 'nothing_to_do' }>
  /** Lets the batch under way end, and does no more. */
  stop(): Promise<void>
}

/**
 * Starts sealing anew in the background: soon after the start, since that is when keys change, and now and then.
 *
 * @param automatic whether to look on a timer; tests drive `tick` instead
 */
export function startResealing(deps: ResealDeps, automatic: boolean): Resealer {
  const stopping = new AbortController()
  const { signal } = stopping
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> = Promise.resolve()
  let told = 0

  async function tick(): ReturnType<Resealer['tick']> {
    if (!(await needsResealing(deps))) return { kind: 'nothing_to_do' }
    const outcome = await reseal(deps, { pause: deps.timings.reseal_pause, signal })
    if (outcome.kind === 'done' && outcome.unreadable !== told) {
      told = outcome.unreadable
      deps.report(
        new SealBroken('unreadable', `${told} sealed values do not open where they stand`),
        'sealing anew',
      )
    }
    return outcome
  }

  async function look(): Promise<void> {
    looking = tick().then(
      () => undefined,
      (error: unknown) => deps.report(error, 'sealing anew'),
    )
    await looking
    if (!signal.aborted) timer = setTimeout(() => void look(), deps.timings.reseal_every).unref()
  }
  // A key that is alone has no predecessor.
  if (automatic && deps.vault.keys.all.length > 1) void look()

  return {
    tick,
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await looking
    },
  }
}
