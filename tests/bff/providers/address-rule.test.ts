import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import { isIP } from 'node:net'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  isAllowedByOperator,
  isUsableEntry,
  kindOfAddress,
  mayConnect,
} from '../../../bff/providers/address-rule.ts'
import { guardedLookup, type ResolveAll } from '../../../bff/providers/cpanel/lookup.ts'

/** What an operator writes who allows everything that can be allowed. */
const EVERYTHING = ['0.0.0.0/0', '::/0']

/** Addresses nobody's server has, with what they are. */
const NEVER: readonly (readonly [address: string, what: string])[] = [
  ['0.0.0.0', 'unspecified'],
  ['0.1.2.3', 'this network'],
  ['169.254.0.1', 'link-local'],
  ['169.254.169.254', 'metadata of most clouds'],
  ['169.254.170.2', 'metadata of containers'],
  ['100.100.100.200', 'metadata of Alibaba'],
  ['168.63.129.16', 'metadata of Azure'],
  ['192.0.0.192', 'metadata of Oracle'],
  ['192.88.99.1', 'a 6to4 relay'],
  ['224.0.0.1', 'multicast'],
  ['239.255.255.255', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'broadcast'],
  ['::', 'unspecified'],
  ['fe80::1', 'link-local'],
  ['fe80::1%eth0', 'link-local with a zone'],
  ['febf::1', 'link-local'],
  ['fec0::1', 'site-local'],
  ['ff02::1', 'multicast'],
  ['100::1', 'discard'],
  ['fd00:ec2::254', 'metadata of Amazon'],
  ['fd20:ce::254', 'metadata of Google'],
  ['fd00:42::42', 'metadata of Scaleway'],
  ['::ffff:169.254.169.254', 'metadata, mapped'],
  ['::ffff:a9fe:a9fe', 'metadata, mapped, in hexadecimal'],
  ['0:0:0:0:0:ffff:a9fe:a9fe', 'metadata, mapped, at length'],
  ['::7f00:1', 'loopback, compatible'],
  ['::127.0.0.1', 'loopback, compatible'],
  ['::a9fe:a9fe', 'metadata, compatible'],
  ['::ffff:0:7f00:1', 'loopback, translated'],
  ['64:ff9b::7f00:1', 'loopback by NAT64'],
  ['64:ff9b::10.0.0.1', 'a private address by NAT64'],
  ['64:ff9b:1::7f00:1', 'loopback by a local NAT64'],
  ['2002:7f00:1::', 'loopback by 6to4'],
  ['2002:a9fe:a9fe::1', 'metadata by 6to4'],
  ['2001:0:4136:e378:8000:63bf:80ff:fffe', 'loopback by Teredo'],
]
const PRIVATE = [
  '10.0.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '::1',
  '0:0:0:0:0:0:0:1',
  'fc00::1',
  'fd12:3456::1',
  '::ffff:10.0.0.1',
  '::ffff:7f00:1',
]
const PUBLIC = [
  '1.1.1.1',
  '11.0.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '169.253.255.255',
  '169.255.0.1',
  '192.167.255.255',
  '223.255.255.255',
  '2606:4700::1111',
  '2a00:1450::1',
  '::ffff:1.1.1.1',
]

describe('an address', () => {
  for (const [address, what] of NEVER)
    it(`${address} is never called, whatever the operator allows: ${what}`, () =>
      assert.deepEqual(
        [
          kindOfAddress(address),
          mayConnect([...EVERYTHING, address, 'whm.example'], 'whm.example', address),
        ],
        ['never', false],
      ))
  for (const address of PRIVATE)
    it(`${address} is private: called only if the operator says so`, () =>
      assert.deepEqual(
        [
          kindOfAddress(address),
          mayConnect([], 'whm.example', address),
          mayConnect(['whm.example'], 'whm.example', address),
          mayConnect([address], 'whm.example', address),
        ],
        ['private', false, true, true],
      ))
  for (const address of PUBLIC)
    it(`${address} is public`, () => assert.equal(kindOfAddress(address), 'public'))
  it('of IPv4 is the same inside IPv6', () =>
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        assert.equal(kindOfAddress(`::ffff:${address}`), kindOfAddress(address))
      }),
      { numRuns: 500 },
    ))
})

describe('the operator’s list', () => {
  const cases: [allowed: string, host: string, isAllowed: boolean][] = [
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '10.1.2.4', false],
    ['10.0.0.0/32', '10.0.0.0', true],
    ['10.0.0.0/0', '192.168.0.1', true],
    ['FD12::/16', 'fd12::9', true],
    ['FD12:0:0::1', 'fd12::1', true],
    ['fd12::/16', '10.0.0.1', false],
    ['WHM.Internal', 'whm.internal', true],
    ['internal', 'whm.internal', false],
    ['whm.internal', 'evil-whm.internal', false],
    ['10.0.0.0/8', '10.evil.example', false],
    ['10.0.0.0/99', '10.0.0.1', false],
    ['10.0.0.0/', '10.0.0.1', false],
    ['10.0.0.0/8/8', '10.0.0.1', false],
    ['*', '10.0.0.1', false],
  ]
  for (const [allowed, host, isAllowed] of cases)
    it(`${allowed} ${isAllowed ? 'allows' : 'does not allow'} ${host}`, () =>
      assert.equal(isAllowedByOperator([allowed], host), isAllowed))

  for (const entry of [
    'localhost',
    'WHM.internal',
    '10.0.0.0/8',
    '192.168.1.5',
    'fd12::/16',
    '::1',
  ])
    it(`may hold ${entry}`, () => assert.ok(isUsableEntry(entry)))
  for (const entry of [
    '10.0.0.0/33',
    'fd12::/129',
    '10.0.0',
    '10.0.0.0/-1',
    'whm.internal/8',
    'https://whm.internal',
    'whm.internal:2087',
    '*.internal',
    '[::1]',
    '169.254.169.254',
    'a b',
  ])
    it(`may not hold ${entry}, which would say nothing`, () => assert.ok(!isUsableEntry(entry)))
})

/** A resolver that gives these answers, one after the other, the last one for ever. */
function answering(...answers: readonly string[][]): ResolveAll & { asked: number } {
  const resolver = (
    _name: string,
    _options: object,
    done: (error: null, found: LookupAddress[]) => void,
  ) => {
    const answer = answers[Math.min(resolver.asked, answers.length - 1)] ?? []
    resolver.asked += 1
    done(
      null,
      answer.map((address) => ({ address, family: isIP(address) })),
    )
  }
  resolver.asked = 0
  return resolver
}

const connecting = (resolve: ResolveAll, allowed: string[] = []) =>
  new Promise<string>((settle) => {
    guardedLookup(allowed, resolve)('whm.example', { all: true }, (error, found) =>
      settle(
        error === null && Array.isArray(found)
          ? found.map(({ address }) => address).join()
          : `${error instanceof Error && 'code' in error ? error.code : error}`,
      ),
    )
  })

describe('a name that is connected to', () => {
  it('leads to its public address', async () =>
    assert.equal(await connecting(answering(['203.0.113.9'])), '203.0.113.9'))
  it('leads nowhere when its address is private', async () =>
    assert.equal(await connecting(answering(['10.0.0.1'])), 'ADDRESS_FORBIDDEN'))
  it('leads to the public one of several, and never to the private one', async () =>
    assert.equal(
      await connecting(answering(['10.0.0.1', '203.0.113.9', '::1', '169.254.169.254'])),
      '203.0.113.9',
    ))
  it('leads nowhere when all of several are forbidden', async () =>
    assert.equal(
      await connecting(answering(['127.0.0.1', '::1', '::ffff:127.0.0.1'])),
      'ADDRESS_FORBIDDEN',
    ))
  it('leads nowhere when there is no address', async () =>
    assert.equal(await connecting(answering([])), 'ADDRESS_FORBIDDEN'))
  it('is judged anew each time: one that changes its answer gains nothing', async () => {
    const rebinding = answering(['203.0.113.9'], ['127.0.0.1'])
    assert.deepEqual(
      [await connecting(rebinding), await connecting(rebinding), rebinding.asked],
      ['203.0.113.9', 'ADDRESS_FORBIDDEN', 2],
    )
  })
  it('is resolved once per connection: what was judged is what is connected to', async () => {
    const rebinding = answering(['203.0.113.9'], ['127.0.0.1'])
    assert.deepEqual([await connecting(rebinding), rebinding.asked], ['203.0.113.9', 1])
  })
  it('leads to its private address when the operator names it', async () =>
    assert.equal(await connecting(answering(['10.0.0.1']), ['whm.example']), '10.0.0.1'))
  it('never leads to metadata, even when the operator names it', async () =>
    assert.equal(
      await connecting(answering(['169.254.169.254']), ['whm.example', ...EVERYTHING]),
      'ADDRESS_FORBIDDEN',
    ))
  it('gives one address to who asks for one', async () => {
    const one = await new Promise<unknown[]>((settle) => {
      guardedLookup([], answering(['10.0.0.1', '203.0.113.9']))(
        'whm.example',
        {},
        (error, address, family) => settle([error, address, family]),
      )
    })
    assert.deepEqual(one, [null, '203.0.113.9', 4])
  })
})
