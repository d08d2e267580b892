import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm'
import type { TenantId } from '../bff/contract/ids.ts'
import { givenColumns } from './columns.ts'
import type { Database, Statement } from './connect.ts'
import type { FieldRow } from './fields.ts'
import type { OperationRow, StepRow } from './operations.ts'
import { fields, operations, services, steps } from './schema.ts'
import type { ServiceRow } from './services.ts'

/** Who asked for operations of a tenant: each actor and subject once. */
export async function actorsOfOperations(
  db: Database,
  tenant: TenantId,
): Promise<{ readonly actor: string; readonly subject: string }[]> {
  return db.orm
    .selectDistinct({ actor: operations.actor, subject: operations.subject })
    .from(operations)
    .where(eq(operations.tenant, tenant))
}

/** An operation and its steps. */
export interface WholeOperation {
  readonly operation: OperationRow
  readonly steps: StepRow[]
}

/** Operations of a tenant behind one, in the order of their ids. @param after empty for the first */
export async function operationsAfter(
  db: Database,
  tenant: TenantId,
  after: string,
  limit: number,
): Promise<WholeOperation[]> {
  const rows = await db.orm
    .select()
    .from(operations)
    .where(and(eq(operations.tenant, tenant), gt(operations.id, after)))
    .orderBy(asc(operations.id))
    .limit(limit)
  const ids = rows.map(({ id }) => id)
  const found = await db.orm
    .select({ step: steps })
    .from(steps)
    .innerJoin(operations, eq(operations.id, steps.operation))
    .where(and(eq(operations.tenant, tenant), inArray(steps.operation, ids)))
  return rows.map((operation) => ({
    operation,
    steps: found.flatMap(({ step }) => (step.operation === operation.id ? [step] : [])),
  }))
}

/** A service, its fields, and whether an operation is planned or under way for it. */
export interface WholeService {
  readonly service: ServiceRow
  readonly fields: FieldRow[]
  readonly busy: boolean
}

const FINAL = `('succeeded', 'failed', 'cancelled', 'resolved')`

/** Services of a tenant behind one, in the order of their ids. @param after empty for the first */
export async function servicesAfter(
  db: Database,
  tenant: TenantId,
  after: string,
  limit: number,
): Promise<WholeService[]> {
  const rows = await db.orm
    .select()
    .from(services)
    .where(and(eq(services.tenant, tenant), gt(services.id, after)))
    .orderBy(asc(services.id))
    .limit(limit)
  const ids = rows.map(({ id }) => id)
  const values = await db.orm
    .select()
    .from(fields)
    .where(and(eq(fields.tenant, tenant), inArray(fields.service, ids)))
  const busy = await db.orm
    .select({ service: operations.service })
    .from(operations)
    .where(
      and(
        eq(operations.tenant, tenant),
        inArray(operations.service, ids),
        sql`state NOT IN ${sql.raw(FINAL)}`,
      ),
    )
  return rows.map((service) => ({
    service,
    fields: values.filter((field) => field.service === service.id),
    busy: busy.some((one) => one.service === service.id),
  }))
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

/** Changes a finished operation; one under way still needs what it holds. */
export function finishedOperationChanged(
  tenant: TenantId,
  id: string,
  set: Partial<OperationRow>,
): Statement {
  const { names, values } = givenColumns(set)
  return {
    sql: `UPDATE operation SET ${[...names.map((name) => `${name} = ?`), 'version = version + 1'].join(', ')}
          WHERE tenant = ? AND id = ? AND state IN ${FINAL}`,
    args: [...values, tenant, id],
  }
}

/** Changes a step of a finished operation. */
export function finishedStepChanged(
  tenant: TenantId,
  operation: string,
  seq: number,
  set: Partial<StepRow>,
): Statement {
  const { names, values } = givenColumns(set)
  return {
    sql: `UPDATE step SET ${names.map((name) => `${name} = ?`).join(', ')}
          WHERE operation = (SELECT id FROM operation WHERE tenant = ? AND id = ? AND state IN ${FINAL}) AND seq = ?`,
    args: [...values, tenant, operation, seq],
  }
}

/**
 * Changes a service read at `version` and removes fields of it; does nothing where it has changed since, or where it has
 * no account and an operation has come up for it.
 */
export function serviceEmptied(
  { tenant, id, version }: ServiceRow,
  set: Partial<ServiceRow>,
  gone: readonly string[],
): Statement[] {
  const { names, values } = givenColumns(set)
  const still = `EXISTS (SELECT 1 FROM service s WHERE s.tenant = ? AND s.id = ? AND s.version = ?
    AND (s.bound_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM operation o WHERE o.tenant = s.tenant
      AND o.service = s.id AND o.state NOT IN ${FINAL})))`
  return [
    {
      sql: `DELETE FROM field WHERE tenant = ? AND service = ?
              AND name IN (SELECT value FROM json_each(?)) AND ${still}`,
      args: [tenant, id, JSON.stringify(gone), tenant, id, version],
    },
    {
      sql: `UPDATE service SET ${[...names.map((name) => `${name} = ?`), 'version = version + 1'].join(', ')}
            WHERE tenant = ? AND id = ? AND ${still}`,
      args: [...values, tenant, id, tenant, id, version],
    },
  ]
}
