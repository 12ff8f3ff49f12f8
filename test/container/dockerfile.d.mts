export type Step =
  | { readonly kind: 'run'; readonly command: string }
  | { readonly kind: 'workdir'; readonly path: string }
  | { readonly kind: 'volume'; readonly path: string }
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'expose'; readonly ports: readonly number[] }
  | { readonly kind: 'env'; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'entrypoint'; readonly words: readonly string[] | undefined }
  | { readonly kind: 'cmd'; readonly words: readonly string[] | undefined }
  | { readonly kind: 'healthcheck'; readonly words: readonly string[] | undefined }
  | {
      readonly kind: 'copy';
      readonly from: string | undefined;
      readonly sources: readonly string[];
      readonly target: string;
    };

export interface Stage {
  readonly name: string;
  readonly image: string;
  readonly steps: readonly Step[];
}

export function readDockerfile(text: string): Stage[];
