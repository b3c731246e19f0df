"""`penstock.load`: a model from a file or folder, as a function."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from penstock.core.errors import DataLossError, InvalidArgumentError
from penstock.formats.checkpoint import checkpoint_exists
from penstock.formats.graph_files import read_message
from penstock.formats.import_graph_def import import_graph_def
from penstock.formats.messages import GraphDef, MetaGraphDef
from penstock.graph.graph import Graph
from penstock.graph.node import Tensor
from penstock.saved_model.guesses import guess_inputs, guess_outputs, needed_inputs
from penstock.saved_model.loader import SavedModelLoader
from penstock.saved_model.model_files import is_saved_model, model_file
from penstock.saved_model.signature_constants import DEFAULT_SERVING_SIGNATURE_DEF_KEY
from penstock.saved_model.tag_constants import SERVING
from penstock.saved_model.utils import get_tensor_from_tensor_info
from penstock.session.session import Session
from penstock.train.meta_graph import import_meta_graph

__all__ = ["Model", "load"]


class Model:
    """A model that can be called: `penstock.load` gives one.

        model = penstock.load("frozen.pb")
        y = model(x)                       # one input
        y = model(image=x, threshold=0.5)  # several, by name
        y = model({"image:0": x})          # by the names of tensors, too

    Attributes:
      graph: its graph.
      session: the session that holds its variables.
      inputs: the tensors that it takes, by name.
      outputs: the tensors that it gives, by name, the likeliest first where they were guessed.
      signature: the name of the signature that tells inputs and outputs; None if they are guessed.
    """

    def __init__(
        self,
        session: Session,
        inputs: Mapping[str, Tensor],
        outputs: Mapping[str, Tensor],
        signature: str | None = None,
    ) -> None:
        self.session = session
        self.graph: Graph = session.graph
        self.inputs = dict(inputs)
        self.outputs = dict(outputs)
        self.signature = signature
        self._calls: dict[tuple[Tensor, ...], Any] = {}

    def __call__(self, *values: Any, **named: Any) -> Any:
        """Compute the outputs.

        Args:
          *values: the inputs' values in order; or one dict of values by name.
          **named: the inputs' values by name.

        Returns:
          The output as a NumPy array; a dict of arrays by name if there are several outputs.

        Raises:
          TypeError: if an input is missing, unknown or given twice.
        """
        feeds = self._feeds(values, named)
        tensors = tuple(feeds)
        call = self._calls.get(tensors)
        if call is None:
            fetches: Any = list(self.outputs.values())
            fetches = fetches[0] if len(fetches) == 1 else self.outputs
            call = self._calls[tensors] = self.session.make_callable(fetches, list(tensors))
        return call(*feeds.values())

    def _feeds(self, values: Sequence[Any], named: Mapping[str, Any]) -> dict[Tensor, Any]:
        given = dict(named)
        if len(values) == 1 and isinstance(values[0], Mapping):
            given.update(values[0])
        elif len(values) > len(self.inputs):
            raise TypeError(
                f"The model takes {len(self.inputs)} inputs, {list(self.inputs)}, but "
                f"{len(values)} were given."
            )
        else:
            for name, value in zip(self.inputs, values, strict=False):
                if name in given:
                    raise TypeError(f"The model's input {name!r} is given twice.")
                given[name] = value
        feeds = {self._tensor(name): value for name, value in given.items()}
        missing = [name for name, tensor in self.inputs.items() if tensor not in feeds]
        if missing:
            raise TypeError(f"The model needs values for its inputs {missing}: {self!r}")
        return feeds

    def _tensor(self, name: str) -> Tensor:
        """Give the tensor that a name means: an input, or any tensor of the graph."""
        if name in self.inputs:
            return self.inputs[name]
        try:
            return self.graph.get_tensor_by_name(name if ":" in name else f"{name}:0")
        except (KeyError, ValueError):
            near = difflib.get_close_matches(name, self.inputs, 3)
            raise TypeError(
                f"The model has no input {name!r}; its inputs are {list(self.inputs)}"
                f"{f', and near it is {near}' if near else ''}."
            ) from None

    def close(self) -> None:
        """Free the values of its variables."""
        self.session.close()

    def __enter__(self) -> Model:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def __repr__(self) -> str:
        def listing(tensors: Mapping[str, Tensor]) -> str:
            return ", ".join(
                f"{name}: {tensor.dtype.name}{tensor.shape}" for name, tensor in tensors.items()
            )

        source = f"signature {self.signature!r}" if self.signature else "guessed"
        return f"<Model ({listing(self.inputs)}) -> ({listing(self.outputs)}), {source}>"


def load(
    path: str | os.PathLike[str],
    inputs: Iterable[str] | None = None,
    outputs: Iterable[str] | None = None,
    signature: str | None = None,
    tags: Iterable[str] | None = None,
) -> Model:
    """Make a function of a model in a file or folder.

    Args:
      path: a frozen graph (``.pb``, ``.pbtxt``), a SavedModel's folder, or a MetaGraphDef
        (``.meta``) beside its checkpoint, for which the checkpoint's prefix, or the folder of
        checkpoints for the newest, may stand.
      inputs: names of the tensors it takes; found by the signature, or guessed, if None.
      outputs: names of the tensors it gives; likewise.
      signature: which signature of a SavedModel to take; ``"serving_default"``, or the only one,
        if None.
      tags: the tags of the graph of a SavedModel; ``{"serve"}``, or those of the only one, if None.

    Returns:
      A `Model`.

    Raises:
      tf.errors.NotFoundError: if there is no such file, or the graph has ops that are unknown.
      tf.errors.DataLossError: if the file is damaged.
      tf.errors.InvalidArgumentError: if the graph contradicts itself, or inputs and outputs can
        neither be found nor guessed.

    Example:
        model = penstock.load("mobilenet.pb", outputs=["MobilenetV2/Predictions/Softmax"])
        probabilities = model(images)
    """
    path = model_file(os.fspath(path))
    session = Session(graph=Graph())
    try:
        with session.graph.as_default():
            found = _read(session, path, signature, tags)
            return _model(session, found, inputs, outputs)
    except (OSError, ValueError, RuntimeError) as error:
        session.close()
        kind = DataLossError if isinstance(error, OSError) else InvalidArgumentError
        raise kind(None, None, f"The model at {path!r} cannot be loaded: {error}") from error
    except BaseException:
        session.close()
        raise


class _Found:
    """The inputs and outputs that a signature tells, by name; empty if there is none."""

    def __init__(self) -> None:
        self.signature: str | None = None
        self.inputs: dict[str, Tensor] = {}
        self.outputs: dict[str, Tensor] = {}

    def take(self, meta_graph: Any, wanted: str | None) -> None:
        """Take a signature of a MetaGraphDef, if it has one."""
        signatures = {
            name: each
            for name, each in meta_graph.signature_def.items()
            if each.inputs or each.outputs
            if not name.startswith("__")
        }
        if wanted is None:
            if DEFAULT_SERVING_SIGNATURE_DEF_KEY in signatures:
                wanted = DEFAULT_SERVING_SIGNATURE_DEF_KEY
            elif len(signatures) == 1:
                (wanted,) = signatures
            else:
                return
        if wanted not in signatures:
            raise ValueError(
                f"There is no signature {wanted!r}; the model has {sorted(signatures)}."
            )
        self.signature = wanted
        for tensors, infos in (
            (self.inputs, signatures[wanted].inputs),
            (self.outputs, signatures[wanted].outputs),
        ):
            for name in sorted(infos):
                tensors[name] = get_tensor_from_tensor_info(infos[name])


def _read(session: Session, path: str, signature: str | None, tags: Iterable[str] | None) -> _Found:
    found = _Found()
    if is_saved_model(path):
        folder = path if os.path.isdir(path) else os.path.dirname(path) or "."
        loader = SavedModelLoader(folder)
        chosen = _tags(loader, tags)
        found.take(loader.load(session, chosen), signature)
    elif path.endswith((".meta", ".meta.pbtxt")):
        meta_graph = read_message(MetaGraphDef, path)
        saver = import_meta_graph(meta_graph)
        prefix = path.removesuffix(".pbtxt").removesuffix(".meta")
        if saver is not None and checkpoint_exists(prefix):
            saver.restore(session, prefix)
        found.take(meta_graph, signature)
    else:
        import_graph_def(read_message(GraphDef, path), name="")
    return found


def _tags(loader: SavedModelLoader, tags: Iterable[str] | None) -> set[str]:
    if tags is not None:
        return set(tags)
    graphs = loader.saved_model.meta_graphs
    if len(graphs) == 1:
        return set(graphs[0].meta_info_def.tags)
    return {SERVING}


def _model(
    session: Session,
    found: _Found,
    inputs: Iterable[str] | None,
    outputs: Iterable[str] | None,
) -> Model:
    graph = session.graph
    gives = found.outputs
    if outputs is not None:
        gives = _named(graph, outputs, found.outputs)
    elif not gives:
        gives = _by_name(guess_outputs(graph))
    if not gives:
        raise ValueError(
            "no output can be guessed: nothing depends on a placeholder. Name some by "
            "outputs=[...]."
        )
    takes = found.inputs
    if inputs is not None:
        takes = _named(graph, inputs, found.inputs)
    elif not takes:
        needed = needed_inputs(list(gives.values()))
        takes = _by_name([tensor for tensor in guess_inputs(graph) if tensor in needed])
    return Model(session, takes, gives, found.signature)


def _named(graph: Graph, names: Iterable[str], known: Mapping[str, Tensor]) -> dict[str, Tensor]:
    tensors = {}
    for name in names:
        try:
            tensors[name] = (
                known[name]
                if name in known
                else graph.get_tensor_by_name(name if ":" in name else f"{name}:0")
            )
        except KeyError as error:
            raise ValueError(str(error.args[0])) from None
    return tensors


def _by_name(tensors: Sequence[Tensor]) -> dict[str, Tensor]:
    """Name tensors after their nodes; the second output of one by its number, too."""
    return {tensor.name.removesuffix(":0"): tensor for tensor in tensors}
