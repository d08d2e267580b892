import { randomBytes } from 'node:crypto'
import { parseKeyRing } from '../../bff/vault/key-ring.ts'
import { createVault, type Place } from '../../bff/vault/vault.ts'
import { type Cost, microseconds } from './security.ts'

const place: Place = { tenant: 'ten_1', table: 'configuration', row: 'cfg_1', column: 'token' }
/** A preview's document has about so many characters. */
const DOCUMENT = 'x'.repeat(1000)

/**
 * What the vault takes: to seal and to open a server's token, and to sign and to recognise what was confirmed.
 */
export async function costOfVault(): Promise<Cost[]> {
  const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`
  const [first, second] = [key('a'), key('b')]
  const vault = createVault(parseKeyRing(first))
  const rotated = createVault(parseKeyRing(`${second},${first}`))
  const token = randomBytes(16).toString('hex').toUpperCase()
  const sealed = await vault.seal(place, token)
  const known = await vault.hmac(DOCUMENT)

  const costs: readonly (readonly [string, number])[] = [
    ['sealing a token', await microseconds(() => vault.seal(place, token))],
    ['opening a token', await microseconds(() => vault.open(place, sealed))],
    [
      'opening a token sealed with the previous key',
      await microseconds(() => rotated.open(place, sealed)),
    ],
    ['signing a preview', await microseconds(() => vault.hmac(DOCUMENT))],
    ['recognising a preview', await microseconds(async () => vault.matches(DOCUMENT, known))],
    [
      'recognising a preview signed with the previous key',
      await microseconds(async () => rotated.matches(DOCUMENT, known)),
    ],
  ]
  return costs.map(([name, value]) => ({ name, value }))
}
