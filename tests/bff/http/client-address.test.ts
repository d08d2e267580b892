import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { addressTeller } from '../../../bff/http/client-address.ts'

const from = (
  proxies: readonly string[] | undefined,
  peer: string | undefined,
  forwarded?: string,
  more: Record<string, string> = {},
) =>
  addressTeller(proxies)(
    peer,
    new Headers({ ...more, ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }) }),
  )

describe('before anything is said of proxies', () => {
  it('who connects from a public address is the caller', () =>
    assert.equal(from(undefined, '203.0.113.7'), '203.0.113.7'))
  for (const peer of ['127.0.0.1', '::1', '10.0.0.5', '172.18.0.2', 'fd00::5', '::ffff:127.0.0.1'])
    it(`who connects from inside is taken for a proxy with everybody behind it: ${peer}`, () =>
      assert.equal(from(undefined, peer), undefined))
  it('nothing a header says is believed', () =>
    assert.equal(from(undefined, '203.0.113.7', '198.51.100.1'), '203.0.113.7'))
  it('nothing a header says makes a caller of a proxy', () =>
    assert.equal(from(undefined, '127.0.0.1', '198.51.100.1'), undefined))
  it('a connection without an address is nobody’s', () =>
    assert.equal(from(undefined, undefined), undefined))
})

describe('where there is no proxy', () => {
  it('who connects is the caller, from anywhere', () =>
    assert.deepEqual(
      ['127.0.0.1', '10.0.0.5', '203.0.113.7'].map((peer) => from([], peer)),
      ['127.0.0.1', '10.0.0.5', '203.0.113.7'],
    ))
  it('nothing a header says is believed', () =>
    assert.equal(from([], '203.0.113.7', '198.51.100.1'), '203.0.113.7'))
})

describe('behind proxies that are named', () => {
  const NAMED = ['127.0.0.1', '10.0.0.0/8', 'fd00::/8']
  const chains: readonly [string, string, string | undefined, string | undefined][] = [
    ['one', '127.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['one, spelled as IPv6', '::ffff:127.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['two', '127.0.0.1', '203.0.113.7, 10.1.2.3', '203.0.113.7'],
    ['one that another pretends to be behind', '127.0.0.1', '10.9.9.9, 203.0.113.7', '203.0.113.7'],
    ['one, and a name somebody wrote before', '127.0.0.1', 'x, 203.0.113.7', '203.0.113.7'],
    ['one that says nothing', '127.0.0.1', undefined, undefined],
    ['one that says an empty word', '127.0.0.1', '', undefined],
    ['one that says no address', '127.0.0.1', '198.51.100.1, unknown', undefined],
    ['none but themselves', '127.0.0.1', '10.1.2.3, 10.1.2.4', undefined],
    ['one that writes ports', '127.0.0.1', '203.0.113.7:4711', '203.0.113.7'],
    ['one that writes brackets', '127.0.0.1', '[2001:db8::7]:4711', '2001:db8:0:0::/64'],
    ['one over IPv6', 'fd00::1', '203.0.113.7', '203.0.113.7'],
  ]
  for (const [what, peer, forwarded, caller] of chains)
    it(`the caller is the last that is none of them: ${what}`, () =>
      assert.equal(from(NAMED, peer, forwarded), caller))
  it('who comes past them is the caller, whatever he writes', () =>
    assert.equal(from(NAMED, '203.0.113.7', '198.51.100.1'), '203.0.113.7'))
  it('no other header is read', () =>
    assert.equal(
      from(NAMED, '127.0.0.1', '203.0.113.7', {
        forwarded: 'for=198.51.100.1',
        'x-real-ip': '198.51.100.1',
      }),
      '203.0.113.7',
    ))
  it('whatever a caller writes before, he stays himself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (written) => {
        const said = written.replaceAll(/[^\x20-\x7e]/g, '')
        assert.equal(from(NAMED, '127.0.0.1', `${said}, 203.0.113.7`), '203.0.113.7')
      }),
    )
  })
})

describe('one caller over IPv6', () => {
  for (const address of ['2001:db8:1:2::1', '2001:db8:1:2:ffff::', '2001:0db8:0001:0002::9%eth0'])
    it(`is the whole network a customer has: ${address}`, () =>
      assert.equal(from([], address), '2001:db8:1:2::/64'))
  it('is not the one beside it', () =>
    assert.notEqual(from([], '2001:db8:1:2::1'), from([], '2001:db8:1:3::1')))
  for (const address of ['::ffff:203.0.113.7', '::ffff:cb00:7107', '0:0:0:0:0:ffff:cb00:7107'])
    it(`is the one over IPv4 that it wraps: ${address}`, () =>
      assert.equal(from([], address), '203.0.113.7'))
})
