import { fixture, fixtureCleanup, waitUntil } from '@open-wc/testing-helpers'
import { expect } from 'chai'
import { html, type TemplateResult } from 'lit'
import '../../widgets/define/session.ts'
import { ProvisionElement } from '../../widgets/parts/base-element.ts'
import { type ElementState, ProvisionErrorEvent } from '../../widgets/parts/events.ts'
import type { Session } from '../../widgets/session/session.ts'

class Probe extends ProvisionElement {
  protected override async load(session: Session, signal: AbortSignal): Promise<boolean> {
    const { things } = await session.get<{ things: string[] }>('/v1/things', { signal })
    return things.length > 0
  }

  protected override renderContent(): TemplateResult {
    return html`<p>content</p>`
  }
}
customElements.define('provision-probe', Probe)

const realFetch = window.fetch
let asked: { url: string; headers: Headers }[] = []

/** Answers at the network border as the BFF would. */
function answering(status: number, body: unknown): void {
  window.fetch = async (input, init) => {
    asked.push({ url: String(input), headers: new Headers(init?.headers) })
    return new Response(JSON.stringify(body), {
      status,
      headers: { 'content-type': 'application/json' },
    })
  }
}

const until = (element: Element, state: ElementState) =>
  waitUntil(() => element.matches(`:state(${state})`), `state ${state}`)

afterEach(() => {
  fixtureCleanup()
  window.fetch = realFetch
  asked = []
})

describe('an element with a BFF and a token in its markup', () => {
  it('becomes ready', async () => {
    answering(200, { things: ['one'] })
    const element = await fixture(
      html`<provision-probe bff="https://bff.test" token="t" service="s"></provision-probe>`,
    )
    await until(element, 'ready')
  })

  it('takes the token out of the page', async () => {
    answering(200, { things: ['one'] })
    const element = await fixture(
      html`<provision-probe bff="https://bff.test" token="t" service="s"></provision-probe>`,
    )
    await until(element, 'ready')
    expect(element.hasAttribute('token')).to.equal(false)
  })

  it('asks in the language of where it stands', async () => {
    answering(200, { things: [] })
    const around = await fixture(
      html`<div lang="en-GB">
        <provision-probe bff="https://bff.test" token="t" service="s"></provision-probe>
      </div>`,
    )
    const element = around.firstElementChild
    if (element === null) throw new Error('no element')
    await until(element, 'empty')
    expect(asked.map(({ headers }) => headers.get('accept-language'))).to.deep.equal(['en-GB'])
  })

  it('says where its reader is, so that times are theirs', async () => {
    answering(200, { things: [] })
    const element = await fixture(
      html`<provision-probe bff="https://bff.test" token="t" service="s"></provision-probe>`,
    )
    await until(element, 'empty')
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone
    expect(asked.map(({ headers }) => headers.get('time-zone'))).to.deep.equal([here])
  })

  it('is forbidden what the BFF forbids', async () => {
    answering(403, { code: 'insufficient_scope', title: 'No', request_id: 'req_1' })
    const element = await fixture(
      html`<provision-probe bff="https://bff.test" token="t" service="s"></provision-probe>`,
    )
    await until(element, 'forbidden')
  })

  it('keeps its session when it is moved', async () => {
    answering(200, { things: ['one'] })
    const element = await fixture(
      html`<provision-probe bff="https://bff.test" token="t" service="s"></provision-probe>`,
    )
    await until(element, 'ready')
    const place = document.createElement('div')
    element.parentElement?.append(place)
    place.append(element)
    await new Promise((resolve) => requestAnimationFrame(resolve))
    expect(asked.length).to.equal(1)
  })
})

describe('an element without a BFF', () => {
  it('stays idle and says why', async () => {
    const codes: string[] = []
    const listen = (event: Event) => {
      if (event instanceof ProvisionErrorEvent) codes.push(event.code)
    }
    document.addEventListener('provision-error', listen)
    const element = await fixture(html`<provision-probe token="t"></provision-probe>`)
    await until(element, 'idle')
    await waitUntil(() => codes.length > 0)
    document.removeEventListener('provision-error', listen)
    expect(codes).to.deep.equal(['bff_missing'])
  })
})

describe('an element in Arabic', () => {
  it('is set from right to left', async () => {
    answering(200, { things: ['one'] })
    const element = await fixture(
      html`<provision-probe lang="ar" bff="https://bff.test" token="t"></provision-probe>`,
    )
    await waitUntil(() => element.shadowRoot?.querySelector('[dir="rtl"]') !== null)
  })
})

describe('a session around an element', () => {
  it('gives it the BFF', async () => {
    answering(200, { things: ['one'] })
    const around = await fixture(
      html`<provision-session bff="https://outer.test">
        <provision-probe token="t" service="s"></provision-probe>
      </provision-session>`,
    )
    const element = around.querySelector('provision-probe')
    if (element === null) throw new Error('no element')
    await until(element, 'ready')
    expect(asked[0]?.url).to.equal('https://outer.test/v1/things')
  })
})
