import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isAskedBy } from '../../../bff/log/erase/operation-erased.ts'
import { hasActed, namedIn, type Person } from '../../../bff/log/erase/person.ts'
import { serviceErased } from '../../../bff/log/erase/service-erased.ts'
import { emptied, hasWords } from '../../../bff/log/erase/words.ts'
import type { FieldRow } from '../../../db/fields.ts'
import type { ServiceRow } from '../../../db/services.ts'
import { tenantId } from '../../tenant-id.ts'

const ANN: Person = { subject: 'ann-1', names: ['Ann Smith'], called: [] }
const ISSUER = 'https://one.example'

describe('who acted', () => {
  it('is told by whose token it was', () =>
    assert.equal(hasActed(ANN, { role: 'staff', label: 'A.', subject: 'ann-1' }), 'subject'))
  it('is told where they acted for another', () =>
    assert.equal(
      hasActed(ANN, { role: 'client', label: 'B', subject: 'b', act: 'A.', act_subject: 'ann-1' }),
      'subject',
    ))
  it('is not told by a name another token goes by', () =>
    assert.equal(hasActed(ANN, { role: 'staff', label: 'Ann Smith', subject: 'ann-2' }), undefined))
  it('is told by the name where no token is known', () =>
    assert.equal(hasActed(ANN, { role: 'staff', label: 'ann  smith' }), 'name'))
  it('is nobody where the name was erased', () =>
    assert.equal(hasActed({ ...ANN, called: [''] }, { role: 'staff', label: '' }), undefined))
  it('is told by the subject where that was the name', () =>
    assert.equal(hasActed(ANN, { role: 'staff', label: 'ann-1' }), 'name'))
})

describe('who asked for an operation', () => {
  const row = (subject: string) => ({ actor: '{"role":"staff","label":"Ann Smith"}', subject })
  it('is never told by a subject that only holds theirs', () =>
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (more) => {
        fc.pre(!more.startsWith(' for ') && !more.endsWith(' for '))
        const asked = isAskedBy(ANN, ISSUER, row(`${ISSUER} ${more}ann-1`))
        assert.equal(asked, false)
      }),
    ))
  it('is not told by the same subject of another issuer', () =>
    assert.equal(isAskedBy(ANN, ISSUER, row('https://two.example ann-1')), false))
})

describe('words', () => {
  it('are found whatever stands around them', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        assert.ok(namedIn(ANN, `${a} Ann\n\tSmith ${b}`))
      }),
    ))
  it('are gone from a document they were emptied in, whatever it is', () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const are = (words: string) => words.includes('a')
        assert.equal(hasWords(emptied(value, are), are), false)
      }),
    ))
  it('leave a document as it is that has none of them', () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.stringify(value)
        assert.equal(JSON.stringify(emptied(JSON.parse(json), () => false)), json)
      }),
    ))
  it('are never a code', () =>
    assert.deepEqual(
      emptied({ code: 'error.ann', params: { text: 'ann' } }, () => true),
      {
        code: 'error.ann',
        params: { text: '' },
      },
    ))
})

describe('a service that names a person', () => {
  const service: ServiceRow = {
    id: 's1',
    tenant: tenantId('one'),
    label: 'Hosting of Ann Smith',
    state: 'active',
    since: 0,
    configuration: null,
    server: 'srv',
    username: 'bob',
    domain: 'bob.example',
    package: null,
    bound_at: 1,
    started_at_s: 1,
    uid: 1,
    owner: 'root',
    link_refused: null,
    snapshot: '{"username":"bob","email":"Ann Smith <a@b.example>"}',
    snapshot_at: 1,
    last_suspend: null,
    created_at: 0,
    version: 1,
  }
  const field = (name: string, source: string): FieldRow => ({
    tenant: tenantId('one'),
    service: 's1',
    name,
    value: '"Ann Smith"',
    source,
    as_of: 0,
  })

  it('loses its label while the account is in use, and no more', () =>
    assert.deepEqual(serviceErased(ANN, service, [], false)?.set, { label: null }))
  it('is told to need a change at the account', () =>
    assert.equal(serviceErased(ANN, service, [], false)?.stays, true))
  it('loses what staff wrote, and keeps what the server says, while in use', () =>
    assert.deepEqual(
      serviceErased(ANN, service, [field('note', 'staff'), field('email', 'server')], false)
        ?.fields,
      ['note'],
    ))
  it('loses everything once the account is gone', () =>
    assert.deepEqual(
      serviceErased(
        ANN,
        { ...service, state: 'deleted', bound_at: null },
        [field('note', 'staff'), field('email', 'server')],
        false,
      ),
      {
        set: { label: null, snapshot: null, snapshot_at: null },
        fields: ['note', 'email'],
        stays: false,
      },
    ))
  it('is left alone while an operation may give it an account', () =>
    assert.deepEqual(
      serviceErased(ANN, { ...service, state: 'unprovisioned', bound_at: null }, [], true),
      { set: {}, fields: [], stays: true },
    ))
  it('is not touched where it names somebody else', () =>
    assert.equal(serviceErased({ ...ANN, names: ['Carl'] }, service, [], false), undefined))
})
