import type { Database } from '../../db/connect.ts'
import { allTenants, type TenantRow } from '../../db/tenants.ts'
import { type TenantView, tenantView } from './view.ts'

/** All tenants, oldest first. */
export async function listTenants(db: Database): Promise<TenantView[]> {
  return (await allTenants(db)).map(tenantView)
}

/** A tenant by its id or its issuer. For the operator only: no token names a tenant. */
export async function tenantNamed(db: Database, name: string): Promise<TenantRow | undefined> {
  return (await allTenants(db)).find(({ id, issuer }) => id === name || issuer === name)
}
