import type { Database } from '../../db/connect.ts'
import { allTenants } from '../../db/tenants.ts'
import { type TenantView, tenantView } from './view.ts'

/** All tenants, oldest first. */
export async function listTenants(db: Database): Promise<TenantView[]> {
  return (await allTenants(db)).map(tenantView)
}

/** A tenant by its id or its issuer. */
export async function tenantNamed(db: Database, name: string): Promise<TenantView | undefined> {
  return (await listTenants(db)).find(({ id, issuer }) => id === name || issuer === name)
}
