import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { checkHost } from '../../../bff/configurations/host-rule.ts'

const verdict = (host: string, port = 2087, allowed: string[] = []) => {
  const result = checkHost(host, port, allowed)
  return result.ok ? result.host : result.code
}

describe('a host is typed by a web admin', () => {
  for (const [typed, host] of [
    ['WHM.Example.COM', 'whm.example.com'],
    ['whm.example.com.', 'whm.example.com'],
    [' whm.example.com ', 'whm.example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['203.0.113.9', '203.0.113.9'],
    ['2001:DB8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
  ] as const) {
    it(`takes ${typed} in its one form`, () => assert.equal(verdict(typed), host))
  }

  for (const typed of [
    'https://whm.example',
    'whm.example/path',
    'whm.example:2087',
    '[2001:db8::1]:2087',
    'user@whm.example',
    'whm.example#x',
    'a b',
    '',
    '%31%32%37.0.0.1',
    'whm_example',
    '-x.example',
    'x-.example',
    'a..example',
    'whm.example..',
    '.example',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(127)}example`,
    'fe80::1%eth0',
    '[fe80::1%25eth0]',
    'user:pass@127.0.0.1',
    '127.0.0.1\\@whm.example',
    'whm.example\u0000.evil.example',
    'whm.example\r\nHost: x',
    '256.1.1.1',
    '1.2.3.4.5',
    '[::1',
    '::1]',
    '::1%lo',
    '[::1%lo]',
    '0x1ffffffff',
    '127.0.0.08',
    '127.0.0.1:',
    '127.0.0.1 ,whm.example',
    'xn--',
    'xn--0000h',
  ]) {
    it(`takes ${JSON.stringify(typed)} for no host`, () => assert.equal(verdict(typed), 'format'))
  }

  it('is kept to the ports of such servers', () => {
    assert.equal(verdict('whm.example', 22), 'port_forbidden')
  })
})

describe('an address that is nobody else’s server', () => {
  const spellings = [
    '169.254.169.254',
    '0xa9fea9fe',
    '2852039166',
    '::ffff:169.254.169.254',
    '[fe80::1]',
    'fd00:ec2::254',
    '0.0.0.0',
    '0',
    '::',
    '224.0.0.1',
    '255.255.255.255',
    'metadata.google.internal',
    '64:ff9b::a9fe:a9fe',
    '0xa9.254.0xa9.0376',
    '0251.0376.0251.0376',
    '0xA9FEA9FE',
    '025177524776',
    '169.254.43518',
    '169.16689662',
    '169.254.169.254.',
    '１６９.２５４.１６９.２５４',
    '169。254。169。254',
    '①⑥⑨.②⑤④.①⑥⑨.②⑤④',
    '[::ffff:a9fe:a9fe]',
    '[::a9fe:a9fe]',
    '[::ffff:0:a9fe:a9fe]',
    '[64:ff9b:1::a9fe:a9fe]',
    '[2002:a9fe:a9fe::]',
    '[2001:0:a9fe:a9fe::1]',
    '168.63.129.16',
    '0x0',
    'ff02::1',
    '00',
    '0.0',
    '0x',
    '0x00000000',
    '0.0.0.0.',
    '[::]',
    '[0:0:0:0:0:0:0:0]',
    '[::ffff:0:0]',
    '[::ffff:0.0.0.0]',
    '[fd00:ec2::254]',
    'fd00:0ec2:0:0:0:0:0:254',
    'fd20:ce::254',
    '100.100.100.200',
    '192.0.0.192',
    '[64:ff9b::169.254.169.254]',
    '[64:ff9b::10.0.0.1]',
    '[::127.0.0.1]',
    '[2002:7f00:1::1]',
    '169.254.169.254。',
    'METADATA.Google.internal.',
    'ｍｅｔａｄａｔａ.google.internal',
    'metadata',
    'instance-data',
  ]
  for (const typed of spellings) {
    it(`refuses ${typed} whatever the operator allows`, () => {
      assert.equal(verdict(typed, 2087, ['0.0.0.0/0', '::/0', typed]), 'address_forbidden')
    })
  }
})

describe('a private address', () => {
  for (const typed of [
    'localhost',
    'x.localhost',
    '127.0.0.1',
    '127.1',
    '0x7f.1',
    '0177.0.0.1',
    '017700000001',
    '0x7f000001',
    '127.0.0.1.',
    '１２７.0.0.1',
    'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
    'loc\u00adalhost',
    'LOCALHOST.',
    '2130706433',
    '[0:0:0:0:0:0:0:1]',
    '::1',
    '::ffff:10.0.0.1',
    '10.0.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '100.64.0.1',
    'fd12::1',
    '0x7f.0x0.0x0.0x1',
    '0177.1',
    '0x7f000001.',
    '127.0.1',
    '127.00000.00000.00001',
    '000177.0.0.1',
    '167772161',
    '0xac100001',
    '0300.0250.1.1',
    '0x64400001',
    '１０.0.0.1',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    '[::ffff:7f00:1]',
    '[::ffff:127.0.0.1]',
    '[0:0:0:0:0:ffff:a00:1]',
    '[fd00::1]',
    'fc00::',
    '198.18.0.1',
    'x.LOCALHOST.',
    'ⓧ.ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
  ]) {
    it(`refuses ${typed} unless told`, () => assert.equal(verdict(typed), 'address_forbidden'))
  }

  it('is allowed by its network', () => {
    assert.equal(verdict('10.1.2.3', 2087, ['10.1.0.0/16']), '10.1.2.3')
  })

  it('is allowed by its name, on any port', () => {
    assert.equal(verdict('localhost', 40123, ['localhost']), 'localhost')
  })

  it('is not allowed by another network', () => {
    assert.equal(verdict('10.2.2.3', 2087, ['10.1.0.0/16']), 'address_forbidden')
  })
})

describe('anything typed at all', () => {
  it('never ends in a loopback, private, link-local or unspecified address', () => {
    const octet = fc.nat(255)
    const typed = fc.oneof(
      fc.string(),
      fc
        .tuple(fc.constantFrom(0, 10, 127, 169), octet, octet, octet)
        .map((parts) => parts.join('.')),
      fc.nat(0xffffffff).map(String),
      fc.ipV6(),
    )
    fc.assert(
      fc.property(typed, (text) => {
        const result = checkHost(text, 2087, [])
        return (
          !result.ok || !/^(127|0|10|169\.254)\.|^::1?$|^fe80:|^::ffff:(7f|a)/.test(result.host)
        )
      }),
      { numRuns: 500 },
    )
  })

  it('comes back unchanged from a second look', () => {
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6()), (text) => {
        const once = checkHost(text, 2087, [])
        if (!once.ok) return true
        const twice = checkHost(once.host, 2087, [])
        return twice.ok && twice.host === once.host
      }),
    )
  })
})
