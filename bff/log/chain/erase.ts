import {
  entriesNaming,
  type NamedIn,
  namesOfSubject,
  operationsErased,
  partsErased,
  unfinishedOfSubject,
} from '../../../db/people.ts'
import { entryInserted } from '../../../db/settlement.ts'
import { makeId, type TenantId } from '../../contract/ids.ts'
import type { Actor } from '../../contract/operation.ts'
import { ERASURE_CODE, type Erased, erasureDigest, partDigest } from './forms.ts'
import { type SealDeps, sealNow } from './seal.ts'

/** What an erasing has done. */
export interface ErasedPerson {
  /** Entries of the log that name the person no more. */
  readonly entries: number
  /** Operations that are still under way and still name them: erase again when they have ended. */
  readonly unfinished: number
}

/** Entries one write erases. */
const BATCH = 100

function partsOf(entry: NamedIn): Erased[] {
  const parts: Erased[] = []
  if (entry.in_who === 1 && entry.who_salt !== null)
    parts.push([entry.id, 'who', partDigest('who', entry.who_salt, entry)])
  if (entry.in_what === 1 && entry.what_salt !== null)
    parts.push([entry.id, 'what', partDigest('what', entry.what_salt, entry)])
  return parts
}

/**
 * Takes a person's names and words out of a tenant's log and finished operations. The chain stays whole: it holds these
 * parts by salted digests, whose salts go too, and an entry tells how many and, by a digest, which were taken.
 *
 * @param issuer of the tenant
 * @param subject the person's `sub` in its tokens
 * @param names what else they were called; who shares such a name is erased with them
 * @param by who erases
 */
export async function erasePerson(
  deps: SealDeps,
  tenant: { readonly id: TenantId; readonly issuer: string },
  subject: string,
  names: readonly string[],
  by: Actor,
): Promise<ErasedPerson> {
  const { db, clock } = deps
  const whole = `${tenant.issuer} ${subject}`
  const all = [...new Set([subject, ...names, ...(await namesOfSubject(db, tenant.id, whole))])]
  await sealNow(deps, tenant.id)
  let entries = 0
  for (;;) {
    const found = await entriesNaming(db, tenant.id, all, BATCH)
    if (found.length === 0) break
    const erased = found.flatMap(partsOf)
    const now = clock.now()
    const id = makeId('log', now)
    await db.write([
      entryInserted({
        id,
        tenant: tenant.id,
        service: null,
        at: now,
        level: 'warning',
        actor: JSON.stringify(by),
        role: by.role,
        action: 'person',
        code: ERASURE_CODE,
        params: JSON.stringify({ count: found.length, digest: erasureDigest(erased) }),
        client_visible: false,
      }),
      ...partsErased(tenant.id, id, erased),
    ])
    entries += found.length
  }
  await db.write(operationsErased(tenant.id, whole, all))
  await sealNow(deps, tenant.id)
  return { entries, unfinished: await unfinishedOfSubject(db, tenant.id, whole) }
}
