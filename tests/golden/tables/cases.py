"""What is asked of look-up tables here and of TensorFlow 1.15.5 (Python 3.7 too).

A case is a function of the library, a session and a folder; it gives a value, or fails.
"""

import os

import numpy as np

__all__ = ["CASES"]

WORDS = ["a", "b"]
IDS = np.array([1, 2])


def _static(tf, keys="string", values="int64", **attrs):
    dtypes = {"key_dtype": getattr(tf, keys), "value_dtype": getattr(tf, values)}
    return tf.raw_ops.HashTableV2(**dtypes, **attrs)


def _pairs(tf, session, table, keys="string", values="int64"):
    keys, values = session.run(
        tf.raw_ops.LookupTableExportV2(
            table_handle=table, Tkeys=getattr(tf, keys), Tvalues=getattr(tf, values)
        )
    )
    return sorted((key, values.tolist()[index]) for index, key in enumerate(keys.tolist()))


def _ask(tf, session, table, keys, default):
    return session.run(
        tf.raw_ops.LookupTableFindV2(table_handle=table, keys=keys, default_value=default)
    ).tolist()


def _size(tf, session, table):
    return int(session.run(tf.raw_ops.LookupTableSizeV2(table_handle=table)))


def _put(tf, session, table, keys, values, op="LookupTableInsertV2"):
    session.run(getattr(tf.raw_ops, op)(table_handle=table, keys=keys, values=values))


def not_filled_find(tf, session, folder):
    return _ask(tf, session, _static(tf), WORDS, np.int64(-1))


def not_filled_export(tf, session, folder):
    return _pairs(tf, session, _static(tf))


def not_filled_size(tf, session, folder):
    return _size(tf, session, _static(tf))


def _twice(op, keys, values):
    def case(tf, session, folder):
        table = _static(tf)
        _put(tf, session, table, WORDS, IDS, op)
        _put(tf, session, table, keys, np.array(values), op)
        return _pairs(tf, session, table)

    return case


def _once(keys, values, op="InitializeTableV2"):
    def case(tf, session, folder):
        table = _static(tf)
        _put(tf, session, table, keys, np.array(values), op)
        return _pairs(tf, session, table)

    return case


def _find(keys, default):
    def case(tf, session, folder):
        table = _static(tf)
        _put(tf, session, table, WORDS, IDS, "InitializeTableV2")
        return _ask(tf, session, table, keys, default)

    return case


def static_insert(tf, session, folder):
    return _put(tf, session, _static(tf), WORDS, IDS)


def static_remove(tf, session, folder):
    session.run(tf.raw_ops.LookupTableRemoveV2(table_handle=_static(tf), keys=WORDS))


def references(tf, session, folder):
    table = tf.raw_ops.HashTable(key_dtype=tf.string, value_dtype=tf.int64)
    fill = tf.raw_ops.InitializeTable(table_handle=table, keys=WORDS, values=IDS)
    found = tf.raw_ops.LookupTableFind(
        table_handle=table, keys=["b", "z"], default_value=np.int64(7)
    )
    session.run(fill)
    return session.run([found, tf.raw_ops.LookupTableSize(table_handle=table)])[0].tolist()


def shared(tf, session, folder):
    first, second = _static(tf, shared_name="x"), _static(tf, shared_name="x")
    _put(tf, session, first, WORDS, IDS, "InitializeTableV2")
    return _pairs(tf, session, second)


def shared_of_other_dtypes(tf, session, folder):
    first, second = _static(tf, shared_name="x"), _static(tf, values="string", shared_name="x")
    return [_size(tf, session, first), _size(tf, session, second)]


def mutable(tf, session, folder):
    table = tf.raw_ops.MutableHashTableV2(key_dtype=tf.string, value_dtype=tf.int64)
    _put(tf, session, table, ["a", "b", "a"], np.array([1, 2, 3]))
    _put(tf, session, table, [["c"]], np.array([[9]]))
    session.run(tf.raw_ops.LookupTableRemoveV2(table_handle=table, keys=["b", "zz"]))
    return [
        _ask(tf, session, table, [["a"], ["b"]], np.int64(-1)),
        _size(tf, session, table),
        _pairs(tf, session, table),
    ]


def mutable_import(tf, session, folder):
    table = tf.raw_ops.MutableHashTableV2(key_dtype=tf.int64, value_dtype=tf.string)
    _put(tf, session, table, np.array([1, 2]), ["x", "y"])
    _put(tf, session, table, np.array([3]), ["z"], "LookupTableImportV2")
    return _pairs(tf, session, table, "int64", "string")


def mutable_initialize(tf, session, folder):
    table = tf.raw_ops.MutableHashTableV2(key_dtype=tf.string, value_dtype=tf.int64)
    return _put(tf, session, table, WORDS, IDS, "InitializeTableV2")


def _of_tensors(shape, length):
    def case(tf, session, folder):
        table = tf.raw_ops.MutableHashTableOfTensorsV2(
            key_dtype=tf.string, value_dtype=tf.float32, value_shape=shape
        )
        _put(tf, session, table, WORDS, np.ones([2, length], np.float32))
        return [
            _ask(tf, session, table, [["a", "z"]], np.array([-1, -2], np.float32)),
            _pairs(tf, session, table, values="float32"),
        ]

    return case


def _dense(
    keys, values, key=(0, -1), removed=None, asked=None, value_shape=(), key_dtype="int64", **attrs
):
    def case(tf, session, folder):
        attrs.setdefault("initial_num_buckets", 16)
        empty, deleted = (np.array(one, getattr(np, key_dtype, object)) for one in key)
        table = tf.raw_ops.MutableDenseHashTableV2(
            empty_key=empty,
            deleted_key=deleted,
            value_dtype=tf.float32,
            value_shape=value_shape,
            **attrs,
        )
        _put(tf, session, table, np.array(keys), np.array(values, np.float32))
        if removed is not None:
            gone = tf.raw_ops.LookupTableRemoveV2(table_handle=table, keys=np.array(removed))
            session.run(gone)
        exported = session.run(
            tf.raw_ops.LookupTableExportV2(
                table_handle=table, Tkeys=getattr(tf, key_dtype), Tvalues=tf.float32
            )
        )
        default = np.full(value_shape, -1, np.float32)
        return [
            _size(tf, session, table),
            _ask(tf, session, table, np.array(asked or keys[:2]), default),
            [part.tolist() for part in exported] if removed is None else None,
        ]

    return case


def _from_file(text, keys="string", values="int64", columns=(-2, -1), size=-1, delimiter="\t"):
    def case(tf, session, folder):
        path = os.path.join(folder, "words.txt")
        if text is not None:
            with open(path, "wb") as target:
                target.write(text)
        table = _static(tf, keys, values)
        fill = tf.raw_ops.InitializeTableFromTextFileV2(
            table_handle=table,
            filename=path,
            key_index=columns[0],
            value_index=columns[1],
            vocab_size=size,
            delimiter=delimiter,
        )
        session.run(fill)
        return _pairs(tf, session, table, keys, values)

    return case


def vocabularies(tf, session, folder):
    path = os.path.join(folder, "words.txt")
    with open(path, "w") as target:
        target.write("emerson\nlake\npalmer\n")
    words = tf.constant(["lake", "and", "palmer", "yes"])
    lookup = tf.contrib.lookup
    tables = [
        lookup.index_table_from_file(path),
        lookup.index_table_from_file(path, num_oov_buckets=3, vocab_size=2),
        lookup.index_table_from_file(path, 5, hasher_spec=lookup.StrongHashSpec([7, 2**60])),
        lookup.index_table_from_tensor(["yes", "no"], num_oov_buckets=2),
        lookup.IdTableWithHashBuckets(None, 10, hasher_spec=lookup.HasherSpec("legacy", None)),
    ]
    found = [table.lookup(words) for table in tables] + [table.size() for table in tables]
    names = lookup.index_to_string_table_from_file(path, default_value="?")
    numbers = lookup.index_table_from_tensor([10, 30, 20], 4, dtype=tf.int32)
    found += [names.lookup(tf.constant([2, 7], tf.int64)), numbers.lookup(tf.constant([20, 7]))]
    session.run(tf.tables_initializer())
    return [value.tolist() for value in session.run(found)]


CASES = {
    "not filled: find": not_filled_find,
    "not filled: export": not_filled_export,
    "not filled: size": not_filled_size,
    "filled twice alike": _twice("InitializeTableV2", WORDS, [1, 2]),
    "filled twice with others": _twice("InitializeTableV2", ["c", "d"], [1, 2]),
    "filled twice with more": _twice("InitializeTableV2", ["c", "d", "e"], [1, 2, 3]),
    "imported twice with more": _twice("LookupTableImportV2", ["c", "d", "e"], [1, 2, 3]),
    "a key twice alike": _once(["a", "a"], [1, 1]),
    "a key twice with two values": _once(["a", "a"], [1, 2]),
    "floats as values": _once(WORDS, [1.0, 2.0]),
    "find in two axes": _find([["a", "z"]], np.int64(-1)),
    "find numbers": _find([1], np.int64(-1)),
    "find with a float default": _find(["a"], np.float32(-1)),
    "find with two defaults": _find(["a"], np.array([-1, -2])),
    "insert in a static one": static_insert,
    "remove from a static one": static_remove,
    "references": references,
    "shared": shared,
    "shared of other dtypes": shared_of_other_dtypes,
    "mutable": mutable,
    "mutable: import": mutable_import,
    "mutable: initialize": mutable_initialize,
    "vectors": _of_tensors([2], 2),
    "vectors too long": _of_tensors([2], 3),
    "matrices": _of_tensors([2, 2], 2),
    "values of unknown shape": _of_tensors(None, 2),
    "dense": _dense([1, 2, 3], [0.5, 1.0, 2.0]),
    "dense: many": _dense(list(range(1, 40)), [float(k) for k in range(39)]),
    "dense: far apart": _dense([17, 1, 33, -5, 2**40 + 1], [1.0, 2.0, 3.0, 4.0, 5.0]),
    "dense: words": _dense(["one", "two", "three"], [1.0, 2.0, 3.0], ("", "-"), key_dtype="string"),
    "dense: vectors": _dense([1, 2], [[1.0, 2.0], [3.0, 4.0]], value_shape=[2]),
    "dense: vectors as keys": _dense([[1, 2], [3, 4]], [5.0, 6.0], ([0, 0], [-1, -1])),
    "dense: 17 buckets": _dense([1], [1.0], initial_num_buckets=17),
    "dense: load of 1": _dense([1], [1.0], max_load_factor=1.0),
    "dense: one key for both": _dense([1], [1.0], (5, 5)),
    "dense: the empty key": _dense([0], [1.0]),
    "dense: the deleted key": _dense([-1], [1.0]),
    "dense: asked for the empty key": _dense([1], [1.0], asked=[1, 0]),
    "dense: asked for the deleted key": _dense([1], [1.0], asked=[1, -1]),
    "dense: removed": _dense([1, 2, 3], [1.0, 2.0, 3.0], removed=[2]),
    "dense: removed the empty key": _dense([1, 2, 3], [1.0, 2.0, 3.0], removed=[0]),
    "file": _from_file(b"a\nb\nc\n"),
    "file without an end": _from_file(b"a\nb\nc"),
    "file with carriage returns": _from_file(b"a\r\nb\r\n"),
    "file with an empty line": _from_file(b"a\n\nc\n"),
    "file with a word twice": _from_file(b"a\nb\na\n"),
    "file that is empty": _from_file(b""),
    "file that is not there": _from_file(None),
    "file, two lines": _from_file(b"a\nb\nc\n", size=2),
    "file, more lines than it has": _from_file(b"a\nb\nc\n", size=5),
    "file, no lines": _from_file(b"a\nb\nc\n", size=0),
    "columns": _from_file(b"a\t1\nb\t5\n", columns=(0, 1)),
    "columns: too few": _from_file(b"a\t1\nb\n", columns=(0, 1)),
    "columns: no number": _from_file(b"a\t1\nb\tx\n", columns=(0, 1)),
    "columns: with spaces": _from_file(b"a\t 1\nb\t2 \n", columns=(0, 1)),
    "columns: two delimiters": _from_file(b"a 1\nb 2\n", columns=(0, 1), delimiter=", "),
    "columns: no delimiter": _from_file(b"a 1\nb 2\n", columns=(0, 1), delimiter=""),
    "columns of floats": _from_file(b"a,1.5\nb,2\n", "string", "float32", (0, 1), delimiter=","),
    "columns of numbers": _from_file(b"1,2\n3,4\n", "int32", "int32", (0, 1), delimiter=","),
    "columns of bools": _from_file(b"a,1\nb,0\n", "string", "bool", (0, 1), delimiter=","),
    "whole lines as numbers": _from_file(b"11\n13\n", "int64"),
    "words by line": _from_file("ä\nb\n".encode(), "int64", "string", (-1, -2)),
    "lines in int32": _from_file(b"a\n", "string", "int32"),
    "words as line numbers": _from_file(b"a\n", "string", "string", (-1, -2)),
    "values that are whole lines, in int64": _from_file(b"1\n", "int64", "int64", (-1, -2)),
    "vocabularies": vocabularies,
}
