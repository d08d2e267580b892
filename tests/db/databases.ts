import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '../../db/connect.ts'
import { migrate } from '../../db/migrate.ts'
import { startSqld } from '../sqld.ts'

/** An empty, migrated database of a test's own. */
export interface TestDatabase {
  readonly db: Database
  readonly url: string
  end(): Promise<void>
}

export async function fileDatabase(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'provision-db-'))
  const url = `file:${join(folder, 'data.db')}`
  const db = await openDatabase({ url })
  await migrate(db)
  return {
    db,
    url,
    async end() {
      await db.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export async function serverDatabase(): Promise<TestDatabase> {
  const server = await startSqld()
  const db = await openDatabase({ url: server.url })
  await migrate(db)
  return {
    db,
    url: server.url,
    async end() {
      await db.close()
      await server.stop()
    },
  }
}

export const KINDS = [
  ['a file', fileDatabase],
  ['a libSQL server', serverDatabase],
] as const
