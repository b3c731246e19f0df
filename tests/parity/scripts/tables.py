"""Look-up tables: filled once, from files, with buckets, and those that change."""

__all__ = ["tables_that_change", "tables_that_change_in_savers", "vocabularies"]


def vocabularies(tf):
    """Tables from words to numbers, from tensors and files, with buckets and without."""
    lookup = tf.contrib.lookup
    words = tf.constant(["b", "z"])
    sparse = tf.SparseTensor([[0, 1]], ["a"], [2, 2])
    values = tf.constant([0, 1], tf.int64)
    first = lookup.HashTable(lookup.KeyValueTensorInitializer(["a", "b"], values), -1, name="first")
    made = [first.lookup(words), first.size(), *first.export(), first.lookup(sparse).values]
    hashers = [
        lookup.FastHashSpec,
        lookup.StrongHashSpec([1, 2]),
        lookup.HasherSpec("legacy", None),
    ]
    for number, hasher in enumerate(hashers):
        table = lookup.index_table_from_file(
            "words.txt", num_oov_buckets=2, vocab_size=number or None, hasher_spec=hasher
        )
        made += [table.lookup(words), table.size(), table.lookup(sparse).values]
    table = lookup.index_table_from_file("words.txt", 1, key_dtype=tf.int32, name="named")
    made.append(table.lookup(tf.constant([1, 2])))
    table = lookup.index_to_string_table_from_file("words.txt")
    made.append(table.lookup(values))
    whole, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
    fill = tf.lookup.TextFileInitializer("words.txt", tf.string, whole, tf.int64, number, 2)
    table = tf.lookup.StaticHashTable(fill, 5)
    made += [table.lookup(words), *table.export()]
    fill = tf.lookup.TextFileInitializer("words.txt", tf.string, 0, tf.int64, 1, delimiter=",")
    for table in (
        tf.lookup.StaticVocabularyTable(fill, 5),
        tf.lookup.StaticVocabularyTable(None, 5, name="only"),
    ):
        made += [table.lookup(words), table.size()]
    tf.tables_initializer()
    return made


def tables_that_change(tf):
    """Tables of scalars and of vectors."""
    lookup = tf.contrib.lookup
    table = lookup.MutableHashTable(tf.string, tf.int64, -1)
    table.insert(["a"], [1])
    table.remove(tf.constant(["a"]))
    made = [table.lookup(["a"]), table.size(), *table.export()]
    table = lookup.MutableHashTable(tf.string, tf.float32, [-1.0, 1.0], "vectors", checkpoint=False)
    table.insert(["a"], [[1.0, 1.0]])
    made += [table.lookup([["a"]]), *table.export()]
    table = lookup.MutableDenseHashTable(tf.int64, tf.float32, [-1.0, 1.0], 0, -1, checkpoint=False)
    table.insert([1], [[1.0, 1.0]])
    table.erase(tf.constant([1], tf.int64))
    return [*made, table.lookup([[1]]), table.size()]


def tables_that_change_in_savers(tf):
    """A saver of a variable and a table."""
    tf.contrib.lookup.MutableHashTable(tf.string, tf.int64, -1, name="counts")
    tf.Variable(1.0, name="v")
    tf.train.Saver()
    tf.train.Saver(tf.get_collection(tf.GraphKeys.SAVEABLE_OBJECTS))
