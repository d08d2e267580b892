import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { z } from 'zod'

const jwkSchema = z.looseObject({ kty: z.string() })

const keptSchema = z.object({
  ports: z.object({
    bff: z.number().int(),
    admin: z.number().int(),
    client: z.number().int(),
    whm: z.number().int(),
    control: z.number().int(),
    dead: z.number().int(),
  }),
  vault_keys: z.string(),
  signing_key: jwkSchema,
  planted: z.boolean(),
})
export type Kept = Omit<z.infer<typeof keptSchema>, 'signing_key'> & { signing_key: JWK }
export type Ports = Kept['ports']

const FILE = 'demo.json'

/** A folder that is not the demo's is never emptied. */
export class NotADemoFolder extends Error {
  readonly code = 'not_a_demo_folder'
  override readonly name = 'NotADemoFolder'
}

/** Where a demo keeps its database, keys, ports and the state of its WHM server between runs. */
export class DataFolder {
  readonly path: string

  constructor(path: string) {
    this.path = path
    mkdirSync(path, { recursive: true, mode: 0o700 })
  }

  /** Empties the folder at `path`. @throws {NotADemoFolder} something else lives there */
  static erase(path: string): void {
    if (!existsSync(path)) return
    if (!existsSync(join(path, FILE)))
      throw new NotADemoFolder(`${path} holds no demo; it is left as it is`)
    rmSync(path, { recursive: true })
  }

  file(name: string): string {
    return join(this.path, name)
  }

  read(): Kept | undefined {
    if (!existsSync(this.file(FILE))) return undefined
    const kept = keptSchema.parse(JSON.parse(readFileSync(this.file(FILE), 'utf8')))
    return { ...kept, signing_key: kept.signing_key }
  }

  /** Replaced in one move: a demo killed while writing finds its old file again. */
  write(kept: Kept): void {
    const next = this.file(`${FILE}.next`)
    writeFileSync(next, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 })
    renameSync(next, this.file(FILE))
  }
}

/** What a first run makes for itself. */
export async function freshlyKept(ports: Ports): Promise<Kept> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return {
    ports,
    vault_keys: `demo:${randomBytes(32).toString('base64')}`,
    signing_key: { ...(await exportJWK(privateKey)), kid: 'demo-1', alg: 'ES256' },
    planted: false,
  }
}
