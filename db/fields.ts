import { and, eq } from 'drizzle-orm'
import type { TenantId } from '../bff/contract/ids.ts'
import type { Database, Statement } from './connect.ts'
import { fields } from './schema.ts'

export type FieldRow = typeof fields.$inferSelect

export async function fieldsOfService(
  db: Database,
  tenant: TenantId,
  service: string,
): Promise<FieldRow[]> {
  return db.orm
    .select()
    .from(fields)
    .where(and(eq(fields.tenant, tenant), eq(fields.service, service)))
}

/**
 * Writes what the order or staff say. A value the server told is never overwritten: then nothing is changed, and
 * `guarded()` behind it finds out.
 */
export function fieldWritten(row: FieldRow): Statement {
  return {
    sql: `INSERT INTO field (tenant, service, name, value, source, as_of) VALUES (?, ?, ?, ?, ?, ?)
          ON CONFLICT (tenant, service, name) DO UPDATE
          SET value = excluded.value, source = excluded.source, as_of = excluded.as_of
          WHERE field.source <> 'server'`,
    args: [row.tenant, row.service, row.name, row.value, row.source, row.as_of],
  }
}

/** Forgets what the order or staff said. */
export function fieldCleared(tenant: TenantId, service: string, name: string): Statement {
  return {
    sql: `DELETE FROM field WHERE tenant = ? AND service = ? AND name = ? AND source <> 'server'`,
    args: [tenant, service, name],
  }
}

/** The server said the same again: only the time is new. */
export function serverFieldsConfirmed(tenant: TenantId, service: string, now: number): Statement {
  return {
    sql: `UPDATE field SET as_of = ? WHERE tenant = ? AND service = ? AND source = 'server'`,
    args: [now, tenant, service],
  }
}
