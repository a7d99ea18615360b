import { Parser } from 'htmlparser2';
import type { Archive } from './archive.js';
import { Unreadable } from './unreadable.js';

const MAX_DEPTH = 500;
/** What is made of each takes memory, be it ever so short; texts of so many elements are too long anyway. */
const MAX_ELEMENTS = 10_000_000;

/** What is told of a part while it is read. Names are as written, with their prefix. */
export interface XmlListener {
  readonly open?: (name: string, attributes: Readonly<Record<string, string>>) => void;
  readonly text?: (text: string) => void;
  readonly close?: (name: string) => void;
}

/**
 * Reads a part of XML as it is unpacked. Entities other than those of XML itself are never resolved, and a part that
 * declares some is refused.
 *
 * @throws Unreadable
 */
export async function readXml(archive: Archive, part: string, listener: XmlListener): Promise<void> {
  const decoder = new TextDecoder();
  let depth = 0;
  let elements = 0;
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        depth += 1;
        elements += 1;
        if (elements > MAX_ELEMENTS) throw new Unreadable('unpacks_too_large');
        if (depth > MAX_DEPTH) throw new Unreadable('corrupt', 'nested too deeply');
        listener.open?.(name, attributes);
      },
      ontext: (text) => listener.text?.(text),
      onclosetag: (name) => {
        depth -= 1;
        listener.close?.(name);
      },
      onprocessinginstruction: (_, instruction) => {
        if (
          /^!\s*entity/i.test(instruction) ||
          (/^!\s*doctype/i.test(instruction) && instruction.includes('['))
        )
          throw new Unreadable('declares_entities');
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  for await (const piece of archive.read(part)) parser.write(decoder.decode(piece, { stream: true }));
  parser.end(decoder.decode());
}

/** The targets of a part's relationships by their ids, as names of parts. */
export async function readRelations(archive: Archive, part: string): Promise<ReadonlyMap<string, string>> {
  const slash = part.lastIndexOf('/');
  const [folder, name] = [part.slice(0, slash), part.slice(slash + 1)];
  const targets = new Map<string, string>();
  await readXml(archive, `${folder}/_rels/${name}.rels`, {
    open: (tag, { Id, Target, TargetMode }) => {
      if (tag === 'Relationship' && Id && Target && TargetMode !== 'External')
        targets.set(Id, partAt(folder, Target));
    },
  });
  return targets;
}

/** The part that a reference leads to: parts have no address, and nothing leads out of the archive. */
export function partAt(folder: string, reference: string): string {
  const [path = ''] = reference.split('#', 1);
  const parts = path.startsWith('/') ? [] : folder.split('/').filter(Boolean);
  for (const step of path.split('/')) {
    if (step === '..') parts.pop();
    else if (step !== '' && step !== '.') parts.push(step);
  }
  return parts.join('/');
}
