"""Hold JSON lines against record.schema.json.

usage: schema.py SCHEMA POINTER FILE ...

POINTER is that of the schema within SCHEMA, as '' or '/$defs/stats'.  Of JSON
Schema, draft 2020-12, this knows what the schema uses; a word that it does not
know is an error, so that the schema doesn't grow beyond it.  Members that a
record has and the schema has not are errors, too: the tools write no others.
"""
import json
import re
import sys

TYPES = {'object': dict, 'array': list, 'string': str, 'boolean': bool,
         'number': (int, float), 'integer': int}
NOTES = {'$schema', '$defs', 'title', 'description'}


def is_of(value, name):
    if isinstance(value, bool) and name != 'boolean':
        return False
    return isinstance(value, TYPES[name])


def errors(root, schema, value, at):
    """What is wrong with the value, a line each."""
    for word, wanted in schema.items():
        if word in NOTES:
            continue
        if word == '$ref':
            yield from errors(root, find(root, wanted[1:]), value, at)
        elif word == 'type':
            names = [wanted] if isinstance(wanted, str) else wanted
            if not any(is_of(value, name) for name in names):
                yield f'{at}: no {" or ".join(names)}'
                return
        elif word == 'pattern':
            if not re.search(wanted, value):
                yield f'{at}: does not match {wanted}'
        elif word == 'minimum':
            if value < wanted:
                yield f'{at}: {value} is less than {wanted}'
        elif word == 'maximum':
            if value > wanted:
                yield f'{at}: {value} is more than {wanted}'
        elif word == 'required':
            yield from (f'{at}: no {name}' for name in wanted
                        if name not in value)
        elif word == 'items':
            for i, item in enumerate(value):
                yield from errors(root, wanted, item, f'{at}/{i}')
        elif word == 'properties':
            for name, of in wanted.items():
                if name in value:
                    yield from errors(root, of, value[name], f'{at}/{name}')
        elif word == 'additionalProperties':
            for name in value.keys() - schema.get('properties', {}).keys():
                if wanted is False:
                    yield f'{at}: {name} is not of the schema'
                else:
                    yield from errors(root, wanted, value[name],
                                      f'{at}/{name}')
        else:
            sys.exit(f'schema.py knows no "{word}"')


def find(root, pointer):
    for name in pointer.split('/')[1:]:
        root = root[name]
    return root


def main():
    path, pointer, *files = sys.argv[1:]
    with open(path, encoding='utf-8') as file:
        root = json.load(file)
    schema = find(root, pointer)
    if pointer == '':
        schema['additionalProperties'] = False
    nline = nerror = 0
    for name in files:
        with open(name, encoding='utf-8') as file:
            for line in file:
                nline += 1
                for why in errors(root, schema, json.loads(line), ''):
                    nerror += 1
                    print(f'{name}: {why}')
    print(f'{nline} objects, {nerror} errors')
    return nerror > 0 or nline == 0


if __name__ == '__main__':
    sys.exit(main())
