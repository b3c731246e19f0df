"""`Saver`: keeps the values of variables in files, and gives them back to a session."""

from __future__ import annotations

import os
from typing import Any

from penstock.formats.checkpoint_state import STATE_FILE
from penstock.formats.messages import SaverDef
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.train.checkpoint_files import meta_graph_filename, update_checkpoint_state
from penstock.train.kept_checkpoints import KeptCheckpoints
from penstock.train.restoring import restore
from penstock.train.saveables import names_of
from penstock.train.saver_definition import DefinedSaver, check_saver_def, move_into_scope
from penstock.train.saver_nodes import BulkSaverBuilder
from penstock.train.saving import check_state_name, numbered_path, save

__all__ = ["Saver", "saveable_objects"]


def saveable_objects(scope: str | None = None) -> list[Any]:
    """List what a saver saves by default: the global variables, and what else has values."""
    graph = default_graph()
    return [
        *graph.get_collection(GraphKeys.GLOBAL_VARIABLES, scope),
        *graph.get_collection(GraphKeys.SAVEABLE_OBJECTS, scope),
    ]


class Saver(KeptCheckpoints, DefinedSaver):
    """Saves variables in checkpoints, and restores them.

        saver = tf.train.Saver(max_to_keep=3)
        saver.save(sess, "logs/model.ckpt", global_step=step)
        saver.restore(sess, tf.train.latest_checkpoint("logs"))

    A save is all or nothing, and holds the values of one moment. Make the saver after the
    variables: what is made later is not in it.

    Args:
      var_list: what to save: a list of variables, or a dict from the names that checkpoints have
        to variables; all global variables if None.
      reshape: whether restored values are brought to the variables' shapes.
      sharded: whether each device writes a file of its own.
      max_to_keep: how many checkpoints stay; older ones are removed. None or 0 for all.
      keep_checkpoint_every_n_hours: how often one is kept for good.
      name: the name scope of the saver's nodes.
      restore_sequentially: whether one variable is restored after the other.
      saver_def: a `SaverDef`, of nodes that are in the graph already.
      builder: what builds the nodes; a `BulkSaverBuilder` if None.
      defer_build: whether to build the nodes only when `build()` is called.
      allow_empty: whether there may be nothing to save.
      write_version: the version of checkpoints, `SaverDef.V2` or the old `SaverDef.V1`.
      pad_step_number: whether step numbers in names have eight digits at least.
      save_relative_paths: whether the state file names checkpoints relative to its folder, so that
        the folder can be moved.
      filename: the prefix that the nodes use if none is fed.

    Raises:
      TypeError: if `var_list` is of another kind, or holds what cannot be saved.
      ValueError: if there is nothing to save, or two things have one name.
    """

    def __init__(
        self,
        var_list: Any = None,
        reshape: bool = False,
        sharded: bool = False,
        max_to_keep: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000.0,
        name: str | None = None,
        restore_sequentially: bool = False,
        saver_def: Any = None,
        builder: Any = None,
        defer_build: bool = False,
        allow_empty: bool = False,
        write_version: int = SaverDef.V2,
        pad_step_number: bool = False,
        save_relative_paths: bool = False,
        filename: str | None = None,
    ) -> None:
        if defer_build and var_list:
            raise ValueError(
                "If `var_list` is provided then build cannot be deferred. Either set "
                "defer_build=False or var_list=None."
            )
        super().__init__()
        self._var_list = var_list
        self._reshape = reshape
        self._sharded = sharded
        self._max_to_keep = max_to_keep
        self._keep_checkpoint_every_n_hours = keep_checkpoint_every_n_hours
        self._name = name
        self._restore_sequentially = restore_sequentially
        self.saver_def = saver_def
        self._builder = builder
        self._allow_empty = allow_empty
        self._write_version = write_version
        self._pad_step_number = pad_step_number
        self._filename = filename
        self._save_relative_paths = save_relative_paths
        self._is_built = self._is_empty = False
        if not defer_build:
            self.build()
        if self.saver_def is not None:
            check_saver_def(self.saver_def)
            self._write_version = self.saver_def.version

    # Building

    def build(self) -> None:
        """Build the saver's nodes, unless they are there."""
        if self._is_built:
            return
        self._is_built = True
        if self.saver_def is None:
            variables = saveable_objects() if self._var_list is None else self._var_list
            if not variables and isinstance(variables, (list, tuple, dict, set)):
                if not self._allow_empty:
                    raise ValueError(
                        "No variables to save: make the Saver after the variables, or pass "
                        "allow_empty=True."
                    )
                self._is_empty = True
                return
            self._build_nodes(variables)
        elif self._name:
            move_into_scope(self.saver_def, self._name)
        check_saver_def(self.saver_def)
        self._begin_keeping()

    def _build_nodes(self, variables: Any) -> None:
        if self._builder is None:
            self._builder = BulkSaverBuilder(self._write_version)
        self.saver_def = self._builder.build(
            names_of(variables),
            reshape=self._reshape,
            sharded=self._sharded,
            max_to_keep=self._max_to_keep,
            keep_checkpoint_every_n_hours=self._keep_checkpoint_every_n_hours,
            name=self._name,
            restore_sequentially=self._restore_sequentially,
            filename=self._filename,
        )

    # Saving and restoring

    def save(
        self,
        sess: Any,
        save_path: str,
        global_step: Any = None,
        latest_filename: str | None = None,
        meta_graph_suffix: str = "meta",
        write_meta_graph: bool = True,
        write_state: bool = True,
        strip_default_attrs: bool = False,
        save_debug_info: bool = False,
    ) -> str | None:
        """Save the variables of a session.

        Args:
          sess: the session.
          save_path: the prefix of the checkpoint's files. Its folder is made if that above it is
            there.
          global_step: a number, or a tensor or its name, that is appended to the prefix.
          latest_filename: the name of the state file; ``"checkpoint"`` if None.
          meta_graph_suffix: how the path of the MetaGraphDef ends.
          write_meta_graph: whether to write the graph beside the values.
          write_state: whether to note the checkpoint in the state file, and to remove old ones.
          strip_default_attrs: whether to leave attributes with default values out of the graph.
          save_debug_info: taken for TensorFlow's sake.

        Returns:
          The prefix of the checkpoint, for `restore`; None if the saver is empty.

        Raises:
          RuntimeError: if the saver is not built.
          ValueError: if the folder is missing, or `latest_filename` is no plain name or collides
            with `save_path`.
          tf.errors.OpError: if a variable is not initialized, or the files cannot be written; a
            checkpoint that was there stays as it is.
        """
        if not self._is_built:
            raise RuntimeError("`build()` should be called before save if defer_build==True")
        latest_filename = latest_filename or STATE_FILE
        path = numbered_path(sess, save_path, global_step, self._pad_step_number)
        check_state_name(latest_filename, save_path, path)
        saved = None
        if not self._is_empty:
            saved = save(sess, self.saver_def, path)
            if write_state:
                self._note(saved, os.path.dirname(path), latest_filename, meta_graph_suffix)
        if write_meta_graph:
            with sess.graph.as_default():
                self.export_meta_graph(
                    meta_graph_filename(path, meta_graph_suffix),
                    strip_default_attrs=strip_default_attrs,
                )
        return saved

    def _note(self, saved: str, folder: str, latest_filename: str, suffix: str) -> None:
        self._record(saved)
        update_checkpoint_state(
            folder,
            saved,
            self.last_checkpoints,
            latest_filename,
            save_relative_paths=self._save_relative_paths,
        )
        self._remove_old(suffix)

    def restore(
        self, sess: Any, save_path: str, rename: Any = None, partial: bool = False
    ) -> list[str]:
        """Give the variables the values that a checkpoint holds; they need not be initialized.

        Args:
          sess: the session. If the checkpoint does not fit, nothing in it changes.
          save_path: the checkpoint's prefix, one of its files, or a folder, whose newest
            checkpoint is taken.
          rename: what is called differently in the checkpoint: a dict from names there to names
            here, where a name that ends in ``/`` stands for all in a scope; or a function from a
            name here to that there.
          partial: whether to restore what fits, and to leave the rest as it is.

        Returns:
          The names of what was left as it is; empty unless `partial`.

        Raises:
          ValueError: if there is no such checkpoint.
          tf.errors.NotFoundError: if it lacks a variable; the message lists all differences.
          tf.errors.InvalidArgumentError: if a variable has another shape or dtype there.
          tf.errors.DataLossError: if it is damaged.
        """
        if self._is_empty:
            return []
        if save_path is None:
            raise ValueError("Can't load save_path when it is None. Was anything saved there?")
        return restore(sess, self.saver_def, save_path, rename, partial)
