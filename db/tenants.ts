import { eq } from 'drizzle-orm'
import type { Database, Statement } from './connect.ts'
import { tenants } from './schema.ts'

export type TenantRow = typeof tenants.$inferSelect

export async function tenantById(db: Database, id: string): Promise<TenantRow | undefined> {
  const rows = await db.orm.select().from(tenants).where(eq(tenants.id, id))
  return rows[0]
}

/** @param issuer exactly as in a token's `iss` */
export async function tenantByIssuer(db: Database, issuer: string): Promise<TenantRow | undefined> {
  const rows = await db.orm.select().from(tenants).where(eq(tenants.issuer, issuer))
  return rows[0]
}

/** All tenants, oldest first. */
export async function allTenants(db: Database): Promise<TenantRow[]> {
  return db.orm.select().from(tenants).orderBy(tenants.created_at, tenants.id)
}

/** Fails with `UniqueConflict` when the issuer is taken. */
export function tenantInserted(db: Database, row: typeof tenants.$inferInsert): Statement {
  return db.orm.insert(tenants).values(row)
}

/** @param origins JSON array of exact origins */
export function tenantOriginsChanged(db: Database, id: string, origins: string): Statement {
  return db.orm.update(tenants).set({ origins }).where(eq(tenants.id, id))
}

/** @param step_up JSON of a step-up policy; null for none */
export function tenantStepUpChanged(db: Database, id: string, step_up: string | null): Statement {
  return db.orm.update(tenants).set({ step_up }).where(eq(tenants.id, id))
}
