import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, HTTPRequest } from 'puppeteer-core'
import { AUDIENCE, type Front, ORIGIN, openFront } from '../bff/http/front.ts'
import { ordered } from '../bff/operations/scene.ts'
import { buildWidgets } from '../build-widgets.ts'
import { openBrowser, Person } from '../e2e/person.ts'

export { AUDIENCE }
/** Another origin that serves the scripts, changed by whoever looks. */
export const CDN = 'https://cdn.example'
/** A service that is there. */
export const SERVICE = 'eve'

/** A built file's path below its major version → its text. */
export type Scripts = ReadonlyMap<string, string>

/** What somebody else's page has in it. */
export interface HostPage {
  readonly head: string
  readonly body: string
  /** What the other origin serves; the scripts as built unless told. */
  readonly cdn?: Scripts
  readonly policy?: string
}

/** A page and what is heard of it. */
export interface Visit {
  readonly person: Person
  /** Warnings in the console. */
  readonly warnings: readonly string[]
  /** How often the page was asked for a token. */
  tokens(): number
  /** Waits until an element is in a state. */
  reaches(tag: string, state: string): Promise<void>
  evaluate<T>(source: string): Promise<T>
  leave(): Promise<void>
}

/** The real BFF with the built elements, and somebody else's page with whatever it likes in it. */
export class PageStage {
  readonly scripts: Scripts
  readonly #front: Front
  readonly #browser: Browser

  private constructor(scripts: Scripts, front: Front, browser: Browser) {
    this.scripts = scripts
    this.#front = front
    this.#browser = browser
  }

  static async open(): Promise<PageStage> {
    const built = await buildWidgets()
    const folder = join(built.folder, '1')
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    const scripts = new Map(
      names
        .filter((name) => /\.js(?:on)?$/.test(name))
        .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
    )
    built.remove()
    const front = await openFront()
    await ordered(front.scene, SERVICE)
    return new PageStage(scripts, front, await openBrowser())
  }

  async visit(host: HostPage): Promise<Visit> {
    const person = await Person.arrive(this.#browser)
    const warnings: string[] = []
    let tokens = 0
    person.page.on('console', (message) => {
      if (message.type() === 'warn') warnings.push(message.text())
    })
    await person.page.setRequestInterception(true)
    person.page.on('request', (request) => {
      if (new URL(request.url()).pathname === '/token') tokens++
      void this.#answer(request, host)
    })
    await person.goto(`${ORIGIN}/`)
    return {
      person,
      warnings,
      tokens: () => tokens,
      reaches: async (tag, state) => {
        await person.page.waitForFunction(
          `document.querySelector('${tag}')?.matches(':state(${state})') === true`,
        )
      },
      // The page runs it and answers JSON; whoever asks knows what it is.
      evaluate: async <T>(source: string) => (await person.page.evaluate(source)) as T,
      leave: () => person.leave(),
    }
  }

  async close(): Promise<void> {
    await this.#browser.close()
    await this.#front.end()
  }

  async #answer(request: HTTPRequest, host: HostPage): Promise<void> {
    const url = new URL(request.url())
    if (url.pathname === '/favicon.ico') return request.respond({ status: 204 })
    if (url.origin === ORIGIN)
      return url.pathname === '/token' ? this.#token(request) : this.#page(request, host)
    if (url.pathname.startsWith('/widgets/1/')) {
      const scripts = url.origin === CDN ? (host.cdn ?? this.scripts) : this.scripts
      const body = scripts.get(url.pathname.slice('/widgets/1/'.length))
      return request.respond({
        status: body === undefined ? 404 : 200,
        contentType: 'text/javascript',
        headers: { 'access-control-allow-origin': '*' },
        body: body ?? '',
      })
    }
    const body = request.postData()
    const done = await this.#front.app.hono.request(url.pathname + url.search, {
      method: request.method(),
      headers: request.headers(),
      ...(body === undefined ? {} : { body }),
    })
    return request.respond({
      status: done.status,
      headers: Object.fromEntries(done.headers),
      body: await done.text(),
    })
  }

  async #token(request: HTTPRequest): Promise<void> {
    const body = JSON.stringify({ token: await this.#front.token() })
    return request.respond({ contentType: 'application/json', body })
  }

  async #page(request: HTTPRequest, { head, body, policy }: HostPage): Promise<void> {
    return request.respond({
      contentType: 'text/html',
      headers: policy === undefined ? {} : { 'content-security-policy': policy },
      body: `<!doctype html><html lang="en"><head><title>Admin</title>${head}</head><body>${body}</body></html>`,
    })
  }
}

/** The tag that loads one of the scripts. */
export const script = (name: string, origin = AUDIENCE) =>
  `<script type="module" src="${origin}/widgets/1/${name}"></script>`

/** The scripts with a text replaced wherever it stands. */
export const edited = (scripts: Scripts, old: string | RegExp, now: string): Scripts =>
  new Map([...scripts].map(([name, text]) => [name, text.replaceAll(old, now)]))
