# gan_lab in a container. Without words it trains a DCGAN on MNIST and leaves the run in /runs/outputs:
#
#   docker build --tag gan_lab .
#   docker run --rm --gpus all --volume "$PWD:/runs" gan_lab
#   docker run --rm --volume "$PWD:/runs" gan_lab task=sample ckpt=outputs/DAY/TIME/checkpoints/best.ckpt
#
# Without a GPU leave --gpus out. Data are downloaded into /runs/.cache, once.
FROM python:3.12-slim

WORKDIR /opt/gan_lab
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY conf conf
COPY gan_lab gan_lab
RUN python -m pip install --no-cache-dir --constraint constraints.txt ".[onnx,hub]"

WORKDIR /runs
ENV GAN_LAB_DATA=/runs/.cache
ENTRYPOINT ["gan-lab"]
