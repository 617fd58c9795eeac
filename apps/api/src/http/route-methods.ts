import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    methodsOf(path: string): readonly string[];
  }
}

interface Route {
  readonly path: RegExp;
  readonly methods: Set<string>;
}

/** Remembers the methods of every route that is added from now on, so that a wrong one can be answered with those there are. */
export function rememberRouteMethods(fastify: FastifyInstance): void {
  const routes = new Map<string, Route>();
  fastify.decorate('methodsOf', (path: string) => {
    const methods = [...routes.values()].filter((route) => route.path.test(path)).flatMap((route) => [...route.methods]);
    return [...new Set(methods)].sort();
  });
  fastify.addHook('onRoute', ({ method, url }) => {
    const route = routes.get(url) ?? { path: patternOf(url), methods: new Set() };
    routes.set(url, route);
    for (const one of [method].flat()) route.methods.add(one);
  });
}

/** The methods that the path of a request has, when it has some but not the request's own; else none. */
export function otherMethods({ server, method }: FastifyRequest, path: string): readonly string[] {
  const methods = server.methodsOf(path);
  return methods.includes(method) ? [] : methods;
}

/** `/jobs/:id` → `^/jobs/[^/]+$`; a `*` stands for anything. */
function patternOf(url: string): RegExp {
  const pattern = url.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/:[^/]+/g, '[^/]+').replaceAll('*', '.*');
  return new RegExp(`^${pattern}$`);
}
