import { setImmediate as turn } from 'node:timers/promises'
import { isGuardFailed, type Statement } from '../../../db/connect.ts'
import { BROKEN } from '../../../db/evidence-rows.ts'
import { type JobClaim, jobClaimed, jobKept, jobLeft } from '../../../db/job-leases.ts'
import { linksAfter } from '../../../db/links.ts'
import {
  actorsOfOperations,
  finishedOperationChanged,
  finishedStepChanged,
  operationsAfter,
  serviceEmptied,
  servicesAfter,
} from '../../../db/people.ts'
import { chainOf } from '../../../db/seals.ts'
import type { TenantId } from '../../contract/ids.ts'
import { type Actor, FINAL_STATES } from '../../contract/operation.ts'
import type { Erased } from '../chain/forms.ts'
import { type SealDeps, sealNow } from '../chain/seal.ts'
import { type FoundBy, partsNaming } from './entry-parts.ts'
import { type Batch, batchErased, ERASE_LEASE, OTHER_TABLES, type OtherTable } from './erasure.ts'
import { isAskedBy, operationErased } from './operation-erased.ts'
import { actorIn, labelOf, type Person } from './person.ts'
import { serviceErased } from './service-erased.ts'

/** Who is to be erased; a subject, names, or both. */
export interface Sought {
  /** `sub` of their tokens. */
  readonly subject?: string | undefined
  /** What names them in words: names, addresses. Who shares one is not told apart from them. */
  readonly names?: readonly string[] | undefined
}

export interface EraseOptions {
  /** Only counts; nothing is changed. */
  readonly dry_run?: boolean
  /** Leaves old bytes in the free pages of a database file. */
  readonly keep_bytes?: boolean
}

/** What an erasing has done, or would do. */
export interface ErasedPerson {
  readonly kind: 'erased'
  /** Rows by table. */
  readonly tables: Readonly<Record<'log_entry' | OtherTable, number>>
  /** How entries of the log were found: by whose token it was, by a name alone, which others may share, or by words. */
  readonly entries_by: Readonly<Record<FoundBy, number>>
  /** What the person was called where their token tells them. */
  readonly called: readonly string[]
  /** Operations planned or under way that still name them: erase again when they have ended. */
  readonly unfinished: readonly string[]
  /** Services whose account still names them: it is to be changed first. */
  readonly living: readonly string[]
  /** Entries of the log that cannot be read, so that nobody knows whom they name; verifying the log says which. */
  readonly unreadable: number
  /** What became of the old bytes: `left` on request and where nothing was changed. */
  readonly bytes: 'rewritten' | 'busy' | 'server' | 'left'
}

/** Rows one write erases, and rows that are read at a time. */
const BATCH = 100
const PAGE = 100
/** Milliseconds after which a process that erases says that it still does. */
const RENEWED = 30_000

/** What has been found and is not erased yet. */
interface Found extends Batch {
  readonly parts: Erased[]
  entries: number
  readonly statements: Statement[]
  readonly rows: Record<OtherTable, number>
}

const nothingFound = (): Found => ({
  parts: [],
  entries: 0,
  statements: [],
  rows: { operation: 0, step: 0, service: 0, field: 0 },
})

/** One walk over everything a tenant has, once, in pages. */
class Erasing {
  readonly #deps: SealDeps
  readonly #tenant: { readonly id: TenantId; readonly issuer: string }
  readonly #person: Person
  readonly #by: Actor
  /** Undefined where nothing is changed. */
  readonly #claim: JobClaim | undefined
  readonly #tables = { log_entry: 0, operation: 0, step: 0, service: 0, field: 0 }
  readonly #entriesBy = { subject: 0, name: 0, words: 0 }
  readonly #called: Set<string>
  readonly #unfinished: string[] = []
  readonly #living: string[] = []
  #unreadable = 0
  #found = nothingFound()
  #kept: number

  constructor(
    deps: SealDeps,
    tenant: { readonly id: TenantId; readonly issuer: string },
    person: Person,
    by: Actor,
    claim: JobClaim | undefined,
  ) {
    this.#deps = deps
    this.#tenant = tenant
    this.#person = person
    this.#by = by
    this.#claim = claim
    this.#called = new Set(person.called)
    this.#kept = deps.clock.now()
  }

  async run(): Promise<Omit<ErasedPerson, 'kind' | 'bytes'>> {
    // The log first: what the person is called is read from their operations, should this be cut short.
    await this.#log()
    await this.#flush()
    await this.#services()
    await this.#operations()
    await this.#flush()
    return {
      tables: this.#tables,
      entries_by: this.#entriesBy,
      called: [...this.#called],
      unfinished: this.#unfinished,
      living: this.#living,
      unreadable: this.#unreadable,
    }
  }

  async #log(): Promise<void> {
    const { db } = this.#deps
    // What tells of this erasing is sealed behind here.
    const end = (await chainOf(db, this.#tenant.id))?.seq ?? 0
    for (let after = 0; after < end; ) {
      const links = await linksAfter(db, this.#tenant.id, after, PAGE)
      const last = links.at(-1)?.seq
      if (last === undefined) return
      for (const { seal, entry } of links) {
        if (seal === BROKEN || entry === BROKEN) {
          this.#unreadable += 1
          continue
        }
        this.#hear(entry?.actor)
        const naming = partsNaming(this.#person, { seal, entry })
        if (naming === undefined) continue
        this.#entriesBy[naming.by] += 1
        this.#found.parts.push(...naming.parts)
        this.#found.entries += 1
        if (this.#found.entries >= BATCH) await this.#flush()
      }
      after = last
      await this.#breathe()
    }
  }

  /** What the person is called in entries that keep whose token it was. */
  #hear(actor: string | undefined): void {
    const stored = actor === undefined ? undefined : actorIn(actor)
    const label = stored === undefined ? undefined : labelOf(this.#person, stored)
    if (label !== undefined && label !== '') this.#called.add(label)
  }

  async #operations(): Promise<void> {
    const { id: tenant, issuer } = this.#tenant
    for (let after = ''; ; ) {
      const page = await operationsAfter(this.#deps.db, tenant, after, PAGE)
      const last = page.at(-1)?.operation.id
      if (last === undefined) return
      for (const { operation, steps } of page) {
        const erased = operationErased(this.#person, issuer, operation, steps)
        if (erased === undefined) continue
        if (!FINAL_STATES.some((state) => state === operation.state)) {
          this.#unfinished.push(operation.id)
          continue
        }
        this.#found.statements.push(
          finishedOperationChanged(tenant, operation.id, erased.operation),
          ...erased.steps.map(({ seq, set }) =>
            finishedStepChanged(tenant, operation.id, seq, set),
          ),
        )
        await this.#count({ operation: 1, step: erased.steps.length })
      }
      after = last
      await this.#breathe()
    }
  }

  async #services(): Promise<void> {
    const { id: tenant } = this.#tenant
    for (let after = ''; ; ) {
      const page = await servicesAfter(this.#deps.db, tenant, after, PAGE)
      const last = page.at(-1)?.service.id
      if (last === undefined) return
      for (const { service, fields, busy } of page) {
        const erased = serviceErased(this.#person, service, fields, busy)
        if (erased === undefined) continue
        if (erased.stays) this.#living.push(service.id)
        const columns = Object.keys(erased.set).length
        if (columns === 0 && erased.fields.length === 0) continue
        this.#found.statements.push(...serviceEmptied(service, erased.set, erased.fields))
        await this.#count({ service: columns > 0 ? 1 : 0, field: erased.fields.length })
      }
      after = last
      await this.#breathe()
    }
  }

  async #count(rows: Partial<Found['rows']>): Promise<void> {
    const counted = this.#found.rows
    for (const table of OTHER_TABLES) counted[table] += rows[table] ?? 0
    if (this.#found.statements.length >= BATCH) await this.#flush()
  }

  async #flush(): Promise<void> {
    const batch = this.#found
    if (batch.parts.length === 0 && batch.statements.length === 0) return
    this.#found = nothingFound()
    this.#tables.log_entry += batch.entries
    for (const table of OTHER_TABLES) this.#tables[table] += batch.rows[table]
    if (this.#claim === undefined) return
    await batchErased(this.#deps, this.#tenant.id, this.#by, this.#claim, batch)
    this.#kept = this.#deps.clock.now()
  }

  /** A file answers without a turn of the event loop: whoever else asks must be heard in between. */
  async #breathe(): Promise<void> {
    await turn()
    const { db, clock } = this.#deps
    const now = clock.now()
    if (this.#claim === undefined || now - this.#kept < RENEWED) return
    await db.write(jobKept(this.#claim, now + ERASE_LEASE))
    this.#kept = now
  }
}

/** What a person is called in the operations they asked for. */
async function namesIn(
  { db }: SealDeps,
  tenant: { readonly id: TenantId; readonly issuer: string },
  subject: string | undefined,
): Promise<string[]> {
  if (subject === undefined) return []
  const person: Person = { subject, names: [], called: [] }
  const names = new Set<string>()
  for (const row of await actorsOfOperations(db, tenant.id)) {
    if (!isAskedBy(person, tenant.issuer, row)) continue
    const actor = actorIn(row.actor)
    if (actor === undefined) continue
    const isActing =
      actor.subject === undefined
        ? row.subject.startsWith(`${tenant.issuer} ${subject} for `)
        : actor.act_subject === subject && actor.subject !== subject
    const name = isActing ? actor.act : actor.label
    if (name !== undefined && name !== '') names.add(name)
  }
  return [...names]
}

/**
 * Takes a person out of a tenant's database: who acted, what they wrote, and what names them. The chain of the log stays
 * whole: it holds these parts by salted digests, whose salts go too, and entries tell how many and, by a digest, which were
 * taken. Cut short anywhere, it can be done again.
 *
 * Whoever acted is told by `sub` where that was kept, and else by name; words are told by the names given and nothing else.
 *
 * @param issuer of the tenant
 * @param by who erases
 * @returns `elsewhere` while another process erases in this tenant
 */
export async function erasePerson(
  deps: SealDeps,
  tenant: { readonly id: TenantId; readonly issuer: string },
  { subject, names = [] }: Sought,
  by: Actor,
  { dry_run = false, keep_bytes = false }: EraseOptions = {},
): Promise<ErasedPerson | { readonly kind: 'elsewhere' }> {
  const { db, clock } = deps
  const person: Person = { subject, names, called: await namesIn(deps, tenant, subject) }
  // Only what is sealed can be erased; it would be within half a second in any case.
  await sealNow(deps, tenant.id)
  if (dry_run) {
    const done = await new Erasing(deps, tenant, person, by, undefined).run()
    return { kind: 'erased', ...done, bytes: 'left' }
  }
  const owner = crypto.randomUUID()
  const claim = await jobClaimed(db, `erase ${tenant.id}`, owner, clock.now(), ERASE_LEASE)
  if (claim === undefined) return { kind: 'elsewhere' }
  try {
    const done = await new Erasing(deps, tenant, person, by, claim).run()
    await sealNow(deps, tenant.id)
    return { kind: 'erased', ...done, bytes: keep_bytes ? 'left' : await db.rewriteFile() }
  } catch (error) {
    if (isGuardFailed(error)) return { kind: 'elsewhere' }
    throw error
  } finally {
    await db.write([jobLeft(claim)])
  }
}
