"""tensorflow.python.client.device_lib."""

from penstock.alias.device_lib import list_local_devices


def test_the_cpu_is_there():
    found = {device.name: device.device_type for device in list_local_devices()}
    assert found["/device:CPU:0"] == "CPU"


def test_programs_look_for_gpus_like_this():
    gpus = [device.name for device in list_local_devices() if device.device_type == "GPU"]
    assert all("GPU" in name for name in gpus)
