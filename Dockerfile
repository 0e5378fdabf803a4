# One image for every process: `crmbot serve`, or `crmbot web` and `crmbot worker` apart.
FROM python:3.11-slim AS build
WORKDIR /app
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.txt .
# The CPU build of torch: the default build carries several GB of CUDA.
RUN pip install --no-cache-dir torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu \
    && pip install --no-cache-dir -r requirements.txt
COPY . .
RUN pip install --no-cache-dir --no-deps .

FROM python:3.11-slim
RUN useradd --create-home crmbot && mkdir /data && chown crmbot /data
COPY --from=build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH CRMBOT_DATA_DIR=/data CRMBOT_HOST=0.0.0.0
USER crmbot
WORKDIR /home/crmbot
VOLUME /data
EXPOSE 8000
HEALTHCHECK CMD python -c "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health', timeout=3)"
CMD ["crmbot", "serve"]
