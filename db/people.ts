import { sql } from 'drizzle-orm'
import type { TenantId } from '../bff/contract/ids.ts'
import type { Database, Statement } from './connect.ts'
import type { StoredEntry } from './evidence-rows.ts'

/** A sealed entry in which a person is named, and where. */
export interface NamedIn extends StoredEntry {
  readonly who_salt: string | null
  readonly what_salt: string | null
  readonly in_who: number
  readonly in_what: number
}

/** What a person was called in the operations they asked for. */
export async function namesOfSubject(
  db: Database,
  tenant: TenantId,
  subject: string,
): Promise<string[]> {
  const rows = await db.orm.all<{ name: string | null }>(
    sql`SELECT DISTINCT json_extract(actor, '$.label') AS name FROM operation
        WHERE tenant = ${tenant} AND subject = ${subject}`,
  )
  return rows.flatMap(({ name }) => (name === null || name === '' ? [] : [name]))
}

/** Sealed entries of a tenant that name one of these and were not erased yet; looks at every entry of the tenant. */
export async function entriesNaming(
  db: Database,
  tenant: TenantId,
  names: readonly string[],
  limit: number,
): Promise<NamedIn[]> {
  const list = JSON.stringify(names)
  return db.orm.all<NamedIn>(
    sql`SELECT * FROM (
          SELECT e.*, s.who_salt, s.what_salt,
            s.who_salt IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(${list}) n
              WHERE n.value IN (json_extract(e.actor, '$.label'), json_extract(e.actor, '$.act'))
                OR instr(e.reason, n.value) > 0) AS in_who,
            s.what_salt IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(${list}) n
              WHERE instr(e.params, n.value) > 0 OR instr(coalesce(e.detail, ''), n.value) > 0) AS in_what
          FROM log_entry e JOIN log_seal s ON s.entry = e.id AND s.tenant = e.tenant
          WHERE e.tenant = ${tenant} AND e.code <> 'log.person.erased')
        WHERE in_who OR in_what LIMIT ${limit}`,
  )
}

/** Takes parts of entries out; the entry that tells of it must stand before this in the batch. */
export function partsErased(
  tenant: TenantId,
  erasure: string,
  erased: readonly (readonly [entry: string, part: string, digest: string])[],
): Statement[] {
  const list = JSON.stringify(erased)
  const those = `(SELECT json_extract(value, '$[0]') FROM json_each(?) WHERE json_extract(value, '$[1]') = ?)`
  return [
    {
      sql: `INSERT INTO log_erased (entry, part, tenant, erasure, digest)
            SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), ?, ?, json_extract(value, '$[2]')
            FROM json_each(?)`,
      args: [tenant, erasure, list],
    },
    {
      sql: `UPDATE log_seal SET who_salt = NULL WHERE tenant = ? AND entry IN ${those}`,
      args: [tenant, list, 'who'],
    },
    {
      sql: `UPDATE log_seal SET what_salt = NULL WHERE tenant = ? AND entry IN ${those}`,
      args: [tenant, list, 'what'],
    },
    {
      sql: `UPDATE log_entry SET actor = json_object('role', role, 'label', ''), reason = NULL
            WHERE tenant = ? AND id IN ${those}`,
      args: [tenant, list, 'who'],
    },
    {
      sql: `UPDATE log_entry SET params = json_object('action', action), detail = NULL
            WHERE tenant = ? AND id IN ${those}`,
      args: [tenant, list, 'what'],
    },
  ]
}

const FINAL = `state IN ('succeeded', 'failed', 'cancelled', 'resolved')`

/**
 * Takes a person out of the finished operations of a tenant: who asked, what they wrote, and what they found out. One under
 * way still needs them.
 */
export function operationsErased(
  tenant: TenantId,
  subject: string,
  names: readonly string[],
): Statement[] {
  return [
    {
      sql: `UPDATE operation SET verdict = json_object('verdict', json_extract(verdict, '$.verdict'))
            WHERE tenant = ? AND verdict IS NOT NULL AND ${FINAL} AND (subject = ?
              OR EXISTS (SELECT 1 FROM json_each(?) n WHERE instr(verdict, n.value) > 0))`,
      args: [tenant, subject, JSON.stringify(names)],
    },
    {
      sql: `UPDATE operation SET actor = json_object('role', json_extract(actor, '$.role'), 'label', ''),
              subject = 'erased ' || id, input = json_remove(input, '$.staff_note', '$.client_text', '$.email')
            WHERE tenant = ? AND subject = ? AND ${FINAL}`,
      args: [tenant, subject],
    },
  ]
}

/** Operations of a person that are still under way. */
export async function unfinishedOfSubject(
  db: Database,
  tenant: TenantId,
  subject: string,
): Promise<number> {
  const [row] = await db.orm.all<{ n: number }>(
    sql`SELECT count(*) AS n FROM operation
        WHERE tenant = ${tenant} AND subject = ${subject} AND NOT ${sql.raw(FINAL)}`,
  )
  return row?.n ?? 0
}
