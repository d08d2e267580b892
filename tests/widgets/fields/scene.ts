import { fixture } from '@open-wc/testing-helpers'
import { html } from 'lit'
import type { Field, Fields } from '../../../bff/contract/resources.ts'
import '../../../widgets/define/fields.ts'
import type { ProvisionFields } from '../../../widgets/fields/provision-fields.ts'
import { ReadingBff } from '../reading-bff.ts'

export function aField(name: string, more: Partial<Field> = {}): Field {
  return {
    name,
    label: name.charAt(0).toUpperCase() + name.slice(1),
    group: 'hosting',
    group_label: 'Hosting',
    value: `the ${name}`,
    source: 'order',
    source_label: 'from the order',
    as_of: '2026-11-24T10:00:00Z',
    editable: false,
    ...more,
  }
}

const SERVER = { source: 'server', source_label: 'from the server' } as const
const RECORD = { group: 'record', group_label: 'Our record' } as const

export function someFields(): Field[] {
  return [
    aField('label', { ...RECORD, value: 'Gold hosting', editable: true }),
    aField('package', {
      ...SERVER,
      value: 'gold',
      changed_by: 'change-package',
      changed_by_label: 'Change package',
    }),
    aField('nameservers', { ...SERVER, value: ['ns1.example', 'ns2.example'] }),
    aField('username', { ...SERVER, group: 'access', group_label: 'Access', value: 'alice' }),
    aField('reference', { ...RECORD, value: 'R-1', source: 'staff', editable: true }),
    aField('note', { ...RECORD, value: null, as_of: null, source: 'staff', editable: true }),
  ]
}

/** A BFF that keeps the fields it is sent. */
export function fieldsBff(viewer: Fields['viewer'] = 'staff', fields = someFields()) {
  const bff = new ReadingBff()
  const desk = { bff, fields }
  const answer = () => ({ body: { viewer, fields: desk.fields } satisfies Fields })
  bff.on('GET', '/fields', answer)
  bff.on('PATCH', '/fields', ({ body }) => {
    // Sent by the element in this test, as the contract says.
    const changes = (body as { fields: Record<string, string | null> }).fields
    desk.fields = desk.fields.map((field) => {
      const value = changes[field.name]
      return value === undefined ? field : { ...field, value }
    })
    return answer()
  })
  return desk
}

export async function shown(
  attributes: { show?: string; readonly?: boolean; lang?: string } = {},
): Promise<ProvisionFields> {
  return fixture<ProvisionFields>(html`<provision-fields
    bff="https://bff.test"
    token="t"
    service="1042"
    lang=${attributes.lang ?? 'en'}
    show=${attributes.show ?? 'all'}
    ?readonly=${attributes.readonly ?? false}
  ></provision-fields>`)
}
