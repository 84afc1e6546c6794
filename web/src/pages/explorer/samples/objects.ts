import type { Json } from '../../../api/json';
import type { Field } from '../description';
import { membersOf, type SampleInput } from './sample';

/** How a language with request objects writes what a sample needs. */
export interface ObjectSyntax {
  /** A variable as the language writes it where it is read or made. */
  variable: (name: string) => string;
  make: (type: string, variable: string) => string;
  set: (target: string, member: string, value: string) => string;
  text: (value: string) => string;
  whole: (value: Json, field: Field | undefined) => string;
  list: (items: string[], field: Field | undefined) => string;
}

/** The statements that build the request object `target`, structures first. */
export function objectStatements(input: SampleInput, syntax: ObjectSyntax, target: string): string[] {
  let count = 0;
  const named = (base: string) => {
    count += 1;
    const name = base[0]!.toLowerCase() + base.slice(1);
    return count > 1 ? `${name}${count}` : name;
  };
  const plain = (value: Json, field: Field | undefined): string =>
    typeof value === 'string' ? syntax.text(value) : syntax.whole(value, field);

  const fill = (owner: string, fields: Field[], doc: { [name: string]: Json }): string[] =>
    Object.entries(doc).flatMap(([name, value]) => {
      const field = fields.find((known) => known.name === name);
      const members = field ? membersOf(input, field) : [];
      if (field && members.length > 0 && value !== null && typeof value === 'object') {
        const parts = (Array.isArray(value) ? value : [value]).map((item) => {
          const variable = syntax.variable(named(field.of!));
          return {
            variable,
            lines: [syntax.make(field.of!, variable), ...fill(variable, members, item as { [name: string]: Json })],
          };
        });
        const variables = parts.map((part) => part.variable);
        const set = Array.isArray(value) ? syntax.list(variables, field) : variables[0]!;
        return [...parts.flatMap((part) => part.lines), syntax.set(owner, name, set)];
      }
      if (Array.isArray(value)) {
        return [syntax.set(owner, name, syntax.list(value.map((item) => plain(item, field)), field))];
      }
      return [syntax.set(owner, name, plain(value, field))];
    });
  return fill(syntax.variable(target), input.action.input, input.params);
}
