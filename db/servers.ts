import { eq } from 'drizzle-orm'
import type { Database, Statement } from './connect.ts'
import { servers } from './schema.ts'

export type ServerRow = typeof servers.$inferSelect

/** Where a server is; a tenant learns of it only through its own configurations. */
export interface ServerAddress {
  readonly provider: string
  /** Normalised. */
  readonly host: string
  readonly port: number
}

export async function serverById(db: Database, id: string): Promise<ServerRow | undefined> {
  const rows = await db.orm.select().from(servers).where(eq(servers.id, id))
  return rows[0]
}

/** Does nothing when the address is known; later statements of the batch find it by its address. */
export function serverKnown(address: ServerAddress, id: string, now: number): Statement {
  return {
    sql: `INSERT INTO server (id, provider, host, port, created_at) VALUES (?, ?, ?, ?, ?)
          ON CONFLICT DO NOTHING`,
    args: [id, address.provider, address.host, address.port, now],
  }
}
