"""What forms hold of a request, and what managers of models make of it."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

REACHED = {
    "raw of a model": (
        "http-request>sql",
        "from django.http import HttpResponse\n"
        "from django.db import models\n"
        "class Person(models.Model):\n"
        "    name = models.CharField()\n"
        "def v(request):\n"
        '    return HttpResponse(str(list(Person.objects.raw("select * from x where a = \'%s\'" % request.GET["a"]))))\n',
    ),
    "extra of a model": (
        "http-request>sql",
        "from django.http import HttpResponse\n"
        "from django.db import models\n"
        "class Person(models.Model):\n"
        "    name = models.CharField()\n"
        "def v(request):\n"
        '    return HttpResponse(str(Person.objects.extra(where=["a = %s" % request.GET["a"]]).count()))\n',
    ),
    "drf serializer": (
        "http-request>shell",
        "from rest_framework.views import APIView\n"
        "import os\n"
        "class V(APIView):\n"
        "    def post(self, request):\n"
        "        s = S(data=request.data)\n"
        "        s.is_valid(raise_exception=True)\n"
        '        os.system(s.validated_data["cmd"])\n',
    ),
    "django form": (
        "http-request>shell",
        "from django.shortcuts import render\n"
        "import os\n"
        "def v(request):\n"
        "    form = F(request.POST)\n"
        "    if form.is_valid():\n"
        '        os.system(form.cleaned_data["x"])\n'
        '    return render(request, "x")\n',
    ),
    "form of the workspace": (
        "http-request>shell",
        "from django import forms\n"
        "from django.shortcuts import render\n"
        "import os\n"
        "class F(forms.Form):\n"
        "    x = forms.CharField()\n"
        "def v(request):\n"
        "    form = F(request.POST)\n"
        "    if form.is_valid():\n"
        '        os.system(form.cleaned_data.get("x"))\n'
        '    return render(request, "x")\n',
    ),
}


@pytest.mark.parametrize(("expected", "text"), list(REACHED.values()), ids=list(REACHED))
def test_form_holds_data(expected: str, text: str) -> None:
    """A field of a wide type is the client's text."""
    assert tuple(expected.split(">")) in [(source, sink) for source, sink, _ in told(text)]


HARMLESS = {
    "extra with parameters": (
        "from django.http import HttpResponse\n"
        "from django.db import models\n"
        "class Person(models.Model):\n"
        "    name = models.CharField()\n"
        "def v(request):\n"
        '    return HttpResponse(str(Person.objects.extra(where=["a = %s"], params=[request.GET["a"]]).count()))\n'
    ),
    "filter": (
        "from django.http import HttpResponse\n"
        "from django.db import models\n"
        "class Person(models.Model):\n"
        "    name = models.CharField()\n"
        "def v(request):\n"
        '    return HttpResponse(str(Person.objects.filter(name=request.GET["a"]).count()))\n'
    ),
    "form of numbers": (
        "from django import forms\n"
        "from django.shortcuts import render\n"
        "import os\n"
        "class F(forms.Form):\n"
        "    x = forms.IntegerField()\n"
        "def v(request):\n"
        "    form = F(request.POST)\n"
        "    if form.is_valid():\n"
        '        os.system("ls " + str(form.cleaned_data["x"]))\n'
        '    return render(request, "x")\n'
    ),
    "form that checks": (
        "from django import forms\n"
        "from django.shortcuts import render\n"
        "import os\n"
        "class F(forms.Form):\n"
        "    x = forms.CharField()\n"
        "    def clean_x(self):\n"
        '        return check(self.cleaned_data["x"])\n'
        "def v(request):\n"
        "    form = F(request.POST)\n"
        "    if form.is_valid():\n"
        '        os.system("ls " + form.cleaned_data["x"])\n'
        '    return render(request, "x")\n'
    ),
    "serializer choices": (
        "from rest_framework import serializers\n"
        "from rest_framework.decorators import api_view\n"
        "import os\n"
        "class S(serializers.Serializer):\n"
        '    x = serializers.ChoiceField(choices=["a", "b"])\n'
        '@api_view(["POST"])\n'
        "def v(request):\n"
        "    s = S(data=request.data)\n"
        "    s.is_valid(raise_exception=True)\n"
        '    os.system("ls " + s.validated_data["x"])\n'
    ),
}


@pytest.mark.parametrize("text", list(HARMLESS.values()), ids=list(HARMLESS))
def test_checked_field_does_no_harm(text: str) -> None:
    """A field of a narrow type, or one with a check of its own, is not told of."""
    assert [] == [flow for flow in told(text) if flow[0] not in ("parameter", "unknown")]


_OF_A_FORM = (
    "from django import forms\n"
    "from django.contrib import admin\n"
    "from PIL import Image\n"
    "class F(forms.Form):\n"
    "    badge = forms.ImageField()\n"
    "    named = forms.CharField()\n"
    "class TeamAdmin(admin.ModelAdmin):\n"
    "    def save_model(self, request, obj, form, change):\n"
    "        uploaded = form.cleaned_data.get('badge')\n"
    "        {}\n"
    "def v(request):\n"
    "    form = F(request.POST, request.FILES)\n"
    "    {}\n"
)


@pytest.mark.parametrize(
    ("of_any", "of_this", "expected"),
    [
        pytest.param("Image.open(uploaded)", "pass", [], id="a field of a form that is not seen"),
        pytest.param("Image.open(form.cleaned_data['badge'])", "pass", [], id="the same by its key"),
        pytest.param("open(uploaded)", "pass", ["path-read"], id="what opens no files that are open"),
        pytest.param("Image.open('/srv/' + uploaded)", "pass", ["path-read"], id="a text that is made of it"),
        pytest.param("pass", "Image.open(form.cleaned_data['badge'])", [], id="a field for an image"),
        pytest.param("pass", "Image.open(form.cleaned_data['named'])", ["path-read"], id="a field for a text"),
        pytest.param("pass", "Image.open(form.cleaned_data.get('other'))", [], id="a field that the form has of its model"),
    ],
)
def test_a_file_that_a_form_brings_is_no_path(of_any: str, of_this: str, expected: list[str]) -> None:
    """What reads open files reads the one that was sent; a text of the client names another."""
    assert [sink for _, sink, _ in told(_OF_A_FORM.format(of_any, of_this))] == expected
