import type { TenantId } from '../bff/contract/ids.ts'
import { givenColumns } from './columns.ts'
import type { Statement } from './connect.ts'
import type { logEntries, services } from './schema.ts'

/** A change to a service's record that goes into the same batch as what caused it. */
export function serviceSettled(
  tenant: TenantId,
  id: string,
  set: Partial<Omit<typeof services.$inferInsert, 'id' | 'tenant'>>,
): Statement {
  const { names, values } = givenColumns(set)
  return {
    sql: `UPDATE service SET ${[...names.map((name) => `${name} = ?`), 'version = version + 1'].join(', ')}
          WHERE tenant = ? AND id = ?`,
    args: [...values, tenant, id],
  }
}

/** What the server says of a service's account replaces what it said before; values are JSON. */
export function serverFieldsReplaced(
  tenant: TenantId,
  service: string,
  values: Readonly<Record<string, string>>,
  now: number,
): Statement[] {
  return Object.entries(values).map(([name, value]) => ({
    sql: `INSERT INTO field (tenant, service, name, value, source, as_of) VALUES (?, ?, ?, ?, 'server', ?)
          ON CONFLICT (tenant, service, name) DO UPDATE SET value = excluded.value, source = 'server', as_of = excluded.as_of`,
    args: [tenant, service, name, value, now],
  }))
}

/** Fields that only the server knew are forgotten with the account. */
export function serverFieldsForgotten(tenant: TenantId, service: string): Statement {
  return {
    sql: `DELETE FROM field WHERE tenant = ? AND service = ? AND source = 'server'`,
    args: [tenant, service],
  }
}

export function entryInserted(row: typeof logEntries.$inferInsert): Statement {
  const { names, values } = givenColumns(row)
  return {
    sql: `INSERT INTO log_entry (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    args: values,
  }
}
